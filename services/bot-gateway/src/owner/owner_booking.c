// SPDX-License-Identifier: MIT
/* One booking, and the actions that booking-api allows its owner. Actions that cannot be undone
 * need a confirmation. */
#include "base/now.h"
#include "base/number.h"

#include "clients/channel_answers_json.h"
#include "dialogue/receipt.h"
#include "owner/owner.h"
#include "owner/owner_private.h"
#include "texts/channel_texts.h"
#include "texts/format.h"

// clang-format off
/* Actions of booking-api that this dialogue offers. */
enum { CONFIRM, CHECK_IN, CHECK_OUT, NO_SHOW, DECLINE, CANCEL, SET_PAID, ACTIONS };
static const struct {
    const char *name;
    const struct flow_step *step; /* asks for a confirmation; NULL: none is needed */
    enum text question;
} actions[ACTIONS] = {
    [CONFIRM]   = {"confirm",   NULL,     0                       },
    [CHECK_IN]  = {"check-in",  NULL,     0                       },
    [CHECK_OUT] = {"check-out", &owner_step_sure,   TEXT_DESK_SURE_CHECK_OUT},
    [NO_SHOW]   = {"no-show",   &owner_step_sure,   TEXT_DESK_SURE_NO_SHOW  },
    [DECLINE]   = {"decline",   &owner_step_sure,   TEXT_DESK_SURE_DECLINE  },
    [CANCEL]    = {"cancel",    &owner_step_cancel, 0                       },
    [SET_PAID]  = {"set-paid",  &owner_step_sure,   TEXT_DESK_SURE_PAID     },
};
// clang-format on

/* What the guest still has to pay for a confirmed stay, also after it. */
static int64_t unpaid_rest(const struct stay_booking *booking)
{
    const bool stays =
        stay_is_confirmed_or_checked_in(booking) || slice_is(booking->status, "completed");

    return stays ? booking->total - number_max(booking->paid, 0) : 0;
}

/* What is paid once the guest has paid the rest, or got the refund. */
static int64_t paid_once_settled(const struct stay_booking *booking)
{
    return booking->refund > 0 ? number_max(booking->paid - booking->refund, 0) : booking->total;
}

/* The action, if booking-api allows it. SET_PAID is offered only while a rest or refund is due. */
static const struct answer_action *find_action(const struct stay_booking *booking, int action)
{
    const bool is_due = booking->refund > 0 || unpaid_rest(booking) > 0;

    return action == SET_PAID && !is_due ? NULL
                                         : stay_find_allowed_action(booking, actions[action].name);
}

static bool is_action_allowed(const struct stay_booking *booking, int action)
{
    return find_action(booking, action) != NULL;
}

int64_t owner_paid_after_confirm(const struct stay_booking *booking)
{
    const int64_t paid = booking->paid > 0 ? booking->paid : 0;

    if (booking->claimed > 0)
        return paid + booking->claimed;
    if (slice_is(booking->status, "requested") || booking->deposit <= 0)
        return 0;
    return booking->deposit > paid ? booking->deposit : paid;
}

/* --- the booking --- */

/* Reads the booking as owner_get_or_explain() does, unless an action has just returned it. */
static bool fetch_booking(struct talk *talk, struct stay_booking *out)
{
    struct owner_state *state = talk->data;
    struct slice body = state->answered;

    if ((body.at == NULL &&
         !owner_get_or_explain(talk, talk_path(talk, "bookings", &state->booking, ""),
                               owner_list_step(state), &body)) ||
        !stay_read_booking(body, talk->arena, out, talk->fault))
        return false;
    state->version = out->version;
    state->paid =
        is_action_allowed(out, SET_PAID) ? paid_once_settled(out) : owner_paid_after_confirm(out);
    return true;
}

static void add_booking_details(struct talk *talk, const struct stay_booking *booking)
{
    const bool has_until = booking->expires_at > talk->input->now;

    talk_mark_reply_confided(talk);
    talk_add(talk, TEXT_DESK_BOOKING,
             TALK_VALUES(STAY_NIGHTS(booking->check_in, booking->check_out, booking->guests),
                         {.name = "state", .text = stay_format_status_for_owner(talk, booking)},
                         {.name = "code", .text = booking->code},
                         {.name = "total", .number = booking->total},
                         {.name = "title", .text = talk_localized(talk, &booking->title)},
                         {.name = "name", .text = booking->name},
                         {.name = "phone", .text = booking->phone},
                         {.name = "note", .text = booking->note},
                         {.name = "deposit", .number = text_if_positive(booking->deposit)},
                         {.name = "paid", .number = text_if_positive(booking->paid)},
                         {.name = "refund", .number = text_if_positive(booking->refund)},
                         {.name = "until",
                          .number = has_until ? booking->expires_at : FIELD_ABSENT,
                          .other = talk->input->now},
                         {.name = "rating", .number = booking->rating}));
    if (stay_unconfirmed_claim(booking) > 0)
        talk_add(talk, TEXT_NOTICE_UNCONFIRMED,
                 TALK_VALUES({.name = "deposit", .number = booking->claimed}));
}

/* The label of an action: for a confirmation that reports a payment, with its sum; else the label
 * of booking-api. */
static struct slice format_action_label(struct talk *talk, const struct answer_action *action,
                                        int action_index)
{
    if (action_index != CONFIRM || owner_of(talk)->paid == 0)
        return talk_localized(talk, &action->label);
    return talk_format(talk, TEXT_DESK_BUTTON_PAID,
                       TALK_VALUES({.name = "price", .number = owner_of(talk)->paid}));
}

/* Shows the receipt if the owner has asked for it, else a button that shows it. */
static void add_receipt_or_button(struct talk *talk, const struct stay_booking *booking)
{
    struct receipt receipt;

    if (!receipt_read(booking->receipt, talk->input->bot, &receipt))
        return;
    if (!owner_of(talk)->shows_receipt)
        talk_put_button(talk, TEXT_DESK_BUTTON_RECEIPT, "receipt");
    else
        talk_set_file(talk, receipt.file_id, receipt.is_document);
}

/* Whether the booking has nights to come, which the channels must know. */
static bool takes_coming_nights(const struct talk *talk, const struct stay_booking *booking)
{
    static const char *const statuses[] = {"requested", "payment_claimed", "confirmed"};

    return SLICE_IS_IN(booking->status, statuses) &&
           booking->check_out > format_day_of(talk->input->now) &&
           booking->updated_at != FIELD_ABSENT;
}

/* Sets `links` to our links of the apartment whose channels may not know the booking yet. */
static bool find_links_behind(struct talk *talk, const struct stay_booking *booking,
                              struct channel_links *links)
{
    struct service_answer answer;
    size_t count = 0;

    *links = (struct channel_links){.count = 0};
    if (!takes_coming_nights(talk, booking) || talk_calls_left(talk) == 0)
        return true;
    if (!owner_get_as_owner(
            talk,
            talk_path(talk, "apartments", &booking->apartment,
                      talk_printf(talk, "calendar-links?limit=%d", CHANNEL_LINKS_MAX).at),
            &answer))
        return false;
    if (answer.status != 200) /* the booking matters more */
        return true;
    if (!channel_read_links(answer.body, talk->arena, links, talk->fault))
        return false;
    for (size_t i = 0; i < links->count; i++)
        if (channel_link_is_behind(&links->items[i], booking->updated_at))
            links->items[count++] = links->items[i];
    links->count = count;
    return true;
}

static struct slice channel_name(struct talk *talk, const struct channel_link *link)
{
    return talk_label(talk, channel_text_of(link->channel));
}

static void add_links_behind(struct talk *talk, const struct channel_links *links)
{
    if (links->count == 0)
        return;
    talk_say(talk, TEXT_DESK_UNREAD);
    for (size_t i = 0; i < links->count; i++)
        talk_add(talk, TEXT_DESK_UNREAD_LINE,
                 TALK_VALUES({.name = "channel", .text = channel_name(talk, &links->items[i])},
                             {.name = "until",
                              .number = links->items[i].last_read_at,
                              .other = talk->input->now}));
    talk_say(talk, TEXT_DESK_UNREAD_HINT);
}

static void put_closed_buttons(struct talk *talk, const struct channel_links *links)
{
    for (size_t i = 0; i < links->count; i++) {
        const struct slice label = talk_format(
            talk, TEXT_DESK_BUTTON_CLOSED,
            TALK_VALUES({.name = "channel", .text = channel_name(talk, &links->items[i])}));
        talk_put_id_button(talk, label, "shut", &links->items[i].id);
    }
}

/* Records that the owner has blocked on the channel the nights that the message has shown: a
 * booking that has come since, in another message, is not blocked there. */
static bool record_closed_by_hand(struct talk *talk)
{
    const int64_t shown = owner_of(talk)->changed_at;
    struct service_call call = {.method = "POST"};
    char as_of[NOW_RFC3339_LEN + 1];
    struct service_answer answer;
    struct stay_booking booking;
    struct uuid link;

    if (!talk_read_id(talk, &link) || shown <= 0)
        return talk_step(talk, &owner_step_booking);
    if (!fetch_booking(talk, &booking))
        return false;
    now_format_rfc3339(shown, as_of);
    call.body = talk_printf(talk, "{\"as_of\":\"%s\"}", as_of);
    call.path = talk_path(talk, "apartments", &booking.apartment,
                          talk_printf(talk, "calendar-links/%s/closed", talk_id(talk, &link)).at);
    if (!owner_call_as_owner(talk, call, &answer))
        return false;
    return answer.status == 200 || answer.status == 404
               ? talk_step(talk, &owner_step_booking)
               : owner_explain_refusal(talk, &answer, &owner_step_booking);
}

static bool show_booking(struct talk *talk)
{
    struct stay_booking booking;
    struct channel_links behind;

    if (!fetch_booking(talk, &booking) || !find_links_behind(talk, &booking, &behind))
        return false;
    owner_of(talk)->changed_at = number_max(booking.updated_at, 0);
    add_booking_details(talk, &booking);
    add_links_behind(talk, &behind);
    for (int i = 0; i < ACTIONS; i++) {
        const struct answer_action *action = find_action(&booking, i);
        if (action == NULL)
            continue;
        talk_new_row(talk);
        talk_button(talk, format_action_label(talk, action, i), "do", slice_of(actions[i].name));
        talk_style_as_action(talk, actions[i].name);
    }
    put_closed_buttons(talk, &behind);
    add_receipt_or_button(talk, &booking);
    stay_put_message_buttons(talk, &booking, false);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool show_booking_with_receipt(struct talk *talk)
{
    owner_of(talk)->shows_receipt = true;
    return talk_step(talk, &owner_step_booking);
}

static bool explain_changed_booking(struct talk *talk)
{
    return talk_step_with(talk, TEXT_STAY_MOVED_ON, &owner_step_booking);
}

/* --- actions --- */

static struct slice format_action_body(const struct talk *talk, int action)
{
    const struct owner_state *state = talk->data;

    if (action == SET_PAID || (action == CONFIRM && state->paid > 0))
        return talk_printf(talk, "{%s}", talk_money_member(talk, "paid", state->paid));
    if (action == CANCEL)
        return talk_printf(talk, "{%s}", talk_money_member(talk, "expected_refund", state->refund));
    return SLICE("{}");
}

/* Posts an action for the version of the booking that was shown, and shows the booking. If the
 * booking has changed since, booking-api refuses the action. */
static bool post_action_and_show(struct talk *talk, int action)
{
    struct owner_state *state = talk->data;
    const struct slice body = format_action_body(talk, action);
    struct service_call call = {.method = "POST", .body = body, .version = state->version};
    struct service_answer answer;

    call.path = talk_path(talk, "bookings", &state->booking, actions[action].name);
    if (!owner_call_as_owner(talk, call, &answer))
        return false;
    if (answer.status == 200) {
        state->answered = answer.body;
        return talk_step(talk, &owner_step_booking);
    }
    return owner_explain_refusal(
        talk, &answer, answer.status == 404 ? owner_list_step(state) : &owner_step_booking);
}

static bool run_tapped_action_or_ask(struct talk *talk)
{
    for (int i = 0; i < ACTIONS; i++) {
        if (!slice_is(talk->argument, actions[i].name))
            continue;
        owner_of(talk)->pending = i;
        return actions[i].step != NULL ? talk_step(talk, actions[i].step)
                                       : post_action_and_show(talk, i);
    }
    return talk_step(talk, &owner_step_booking);
}

/* --- confirmation --- */

static int pending_action_or_decline(const struct owner_state *state)
{
    return state->pending >= 0 && state->pending < ACTIONS ? (int)state->pending : DECLINE;
}

static bool fetch_cancel_terms(struct talk *talk, struct answer_cancelling *terms)
{
    struct slice body;

    return owner_get_or_explain(
               talk, talk_path(talk, "bookings", &owner_of(talk)->booking, "cancel-preview"),
               &owner_step_booking, &body) &&
           answer_read_cancel_preview(body, talk->arena, terms, talk->fault);
}

static void put_confirm_buttons(struct talk *talk)
{
    talk_put_button(talk, TEXT_DESK_BUTTON_SURE, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
}

/* Asks for a confirmation, unless booking-api does not allow the action any more. A booking that
 * was paid cannot be declined, only cancelled: goes to the step "cancel". */
static bool ask_for_confirmation(struct talk *talk)
{
    const int action = pending_action_or_decline(talk->data);
    struct answer_cancelling terms = {.refund = 0};
    struct stay_booking booking;

    if (!fetch_booking(talk, &booking))
        return false;
    if (!is_action_allowed(&booking, action))
        return action == DECLINE && is_action_allowed(&booking, CANCEL)
                   ? talk_step(talk, &owner_step_cancel)
                   : explain_changed_booking(talk);
    /* After the check-in day a cancellation has the terms of a no-show: the last ones. */
    if (action == NO_SHOW && booking.paid > 0 && !fetch_cancel_terms(talk, &terms))
        return false;
    if (action == SET_PAID)
        terms.refund = booking.refund;
    talk_add(talk, actions[action].question,
             TALK_VALUES(STAY_NIGHTS(booking.check_in, booking.check_out, booking.guests),
                         {.name = "code", .text = booking.code},
                         {.name = "refund", .number = text_if_positive(terms.refund)},
                         {.name = "rest", .number = text_if_positive(unpaid_rest(&booking))}));
    put_confirm_buttons(talk);
    return true;
}

static bool run_confirmed_action(struct talk *talk)
{
    return post_action_and_show(talk, pending_action_or_decline(talk->data));
}

static bool ask_whether_to_cancel(struct talk *talk)
{
    struct answer_cancelling terms;

    if (!fetch_cancel_terms(talk, &terms))
        return false;
    owner_of(talk)->refund = terms.refund;
    if (terms.refund > 0 || terms.fee > 0)
        talk_add(talk, TEXT_DESK_CANCEL,
                 TALK_VALUES({.name = "refund", .number = terms.refund},
                             {.name = "fee", .number = terms.fee}));
    else
        talk_say(talk, TEXT_DESK_CANCEL_FREE);
    put_confirm_buttons(talk);
    return true;
}

static bool cancel_booking(struct talk *talk)
{
    return post_action_and_show(talk, CANCEL);
}

/* --- commands --- */

/* Begins the dialogue with the booking that the argument names. Sets `version` to the version in
 * the argument; 0 or less: the argument has none. If the argument names no booking, shows the first
 * step and stops the move. */
static bool begin_with_booking_in_argument(struct talk *talk, int64_t *version)
{
    if (!talk_begin_at(talk, &owner_flow, &owner_step_booking))
        return false;
    return talk_read_id_and_version(talk, &owner_of(talk)->booking, version) ||
           talk_stop(talk, talk_step(talk, &owner_step_home));
}

bool owner_command_show_booking(struct talk *talk)
{
    int64_t version;

    return begin_with_booking_in_argument(talk, &version);
}

bool owner_command_approve(struct talk *talk)
{
    struct stay_booking booking;
    int64_t version;

    if (!begin_with_booking_in_argument(talk, &version) || !fetch_booking(talk, &booking))
        return false;
    const bool waits =
        slice_is(booking.status, "requested") || slice_is(booking.status, "payment_claimed");
    const bool is_current = version > 0 && version == booking.version;
    return waits && is_action_allowed(&booking, CONFIRM) && is_current
               ? post_action_and_show(talk, CONFIRM)
               : explain_changed_booking(talk);
}

static bool begin_and_ask(struct talk *talk, int action)
{
    int64_t version;

    if (!begin_with_booking_in_argument(talk, &version))
        return false;
    owner_of(talk)->pending = action;
    return talk_step(talk, &owner_step_sure);
}

bool owner_command_ask_decline(struct talk *talk)
{
    return begin_and_ask(talk, DECLINE);
}

bool owner_command_ask_no_show(struct talk *talk)
{
    return begin_and_ask(talk, NO_SHOW);
}

bool owner_command_check_in(struct talk *talk)
{
    int64_t version;

    if (!begin_with_booking_in_argument(talk, &version))
        return false;
    if (version <= 0)
        return explain_changed_booking(talk);
    owner_of(talk)->version = version;
    return post_action_and_show(talk, CHECK_IN);
}

/* --- the steps --- */

static const struct flow_move booking_moves[] = {
    {FLOW_TAP, "do",      .act = run_tapped_action_or_ask },
    {FLOW_TAP, "receipt", .act = show_booking_with_receipt},
    {FLOW_TAP, "shut",    .act = record_closed_by_hand    },
    {FLOW_TAP, "back",    .act = owner_go_back_to_list    },
};
// clang-format off
static const struct flow_move sure_moves[] = {
    {FLOW_TAP,  "yes", run_confirmed_action, REMARK_YES, .unless = FLOW_BOOKS},
    {FLOW_WORDS, NULL,  talk_go_back,         .remark = REMARK_NO},
};
static const struct flow_move cancel_moves[] = {
    {FLOW_TAP,  "yes", cancel_booking, REMARK_YES, .unless = FLOW_BOOKS},
    {FLOW_WORDS, NULL,  talk_go_back,   .remark = REMARK_NO},
};
// clang-format on
const struct flow_step owner_step_booking = {"booking", show_booking, FLOW_MOVES(booking_moves)};
const struct flow_step owner_step_sure = {"sure", ask_for_confirmation,
                                          FLOW_BACK(&owner_step_booking, sure_moves)};
const struct flow_step owner_step_cancel = {"cancel", ask_whether_to_cancel,
                                            FLOW_BACK(&owner_step_booking, cancel_moves)};
