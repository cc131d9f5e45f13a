// SPDX-License-Identifier: MIT
/* One booking: its status, the actions that it offers to the guest, and what the guest of an agreed
 * stay must know; cancelling it: what that costs, and the confirmation. */
#include <string.h>

#include "base/number.h"
#include "base/text.h"

#include "guest/stay_steps.h"

#define CONFIRM "confirm"
#define CLAIM   "claim-payment"

// clang-format off
/* Columns: status, its text, its word in lists for guests and for owners, and whether such a booking
 * occupies no nights any more. */
static const struct status {
    const char *name;
    enum text text;
    enum text word;
    enum text owners_word;
    bool ended;
} statuses[] = {
    {"held",            TEXT_STAY_HELD,       TEXT_STAY_IS_HELD,       TEXT_DESK_IS_HELD,       false},
    {"requested",       TEXT_STAY_REQUESTED,  TEXT_STAY_IS_REQUESTED,  TEXT_DESK_IS_REQUESTED,  false},
    {"payment_claimed", TEXT_STAY_CLAIMED,    TEXT_STAY_IS_CLAIMED,    TEXT_DESK_IS_CLAIMED,    false},
    {"confirmed",       TEXT_STAY_CONFIRMED,  TEXT_STAY_IS_CONFIRMED,  TEXT_DESK_IS_CONFIRMED,  false},
    {"checked_in",      TEXT_STAY_CHECKED_IN, TEXT_STAY_IS_CHECKED_IN, TEXT_DESK_IS_CHECKED_IN, false},
    {"completed",       TEXT_STAY_COMPLETED,  TEXT_STAY_IS_COMPLETED,  TEXT_DESK_IS_COMPLETED,  true },
    {"expired",         TEXT_STAY_EXPIRED,    TEXT_STAY_IS_EXPIRED,    TEXT_DESK_IS_EXPIRED,    true },
    {"declined",        TEXT_STAY_DECLINED,   TEXT_STAY_IS_DECLINED,   TEXT_DESK_IS_DECLINED,   true },
    {"cancelled",       TEXT_STAY_CANCELLED,  TEXT_STAY_IS_CANCELLED,  TEXT_DESK_IS_CANCELLED,  true },
    {"no_show",         TEXT_STAY_NO_SHOW,    TEXT_STAY_IS_NO_SHOW,    TEXT_DESK_IS_NO_SHOW,    true },
};

// clang-format on

static struct slice booking_path(const struct talk *talk, const char *subpath)
{
    return talk_path(talk, "bookings", &stay_of(talk)->booking, subpath);
}

/* --- the booking --- */

bool stay_has_expired_before_check_in(const struct talk *talk, const struct stay_booking *booking)
{
    return slice_is(booking->status, "expired") &&
           booking->check_in >= format_day_of(talk->input->now);
}

/* NULL: the status is not known. */
static const struct status *find_status(const struct stay_booking *booking)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (slice_is(booking->status, statuses[i].name))
            return &statuses[i];
    return NULL;
}

struct slice stay_format_status_for_owner(struct talk *talk, const struct stay_booking *booking)
{
    const struct status *status = find_status(booking);

    return status != NULL ? talk_label(talk, status->owners_word) : booking->status;
}

bool stay_has_ended(const struct stay_booking *booking)
{
    const struct status *status = find_status(booking);

    return status != NULL && status->ended;
}

/* The text of the status; for some statuses it depends on the previous status and on the time. */
static enum text refine_status_text(const struct talk *talk, const struct stay_booking *booking,
                                    enum text usual_text)
{
    const bool late =
        booking->expires_at != FIELD_ABSENT && booking->expires_at <= talk->input->now;

    if (usual_text == TEXT_STAY_CONFIRMED && !stay_of(talk)->confirmed)
        return TEXT_STAY_AGREED;
    if (usual_text == TEXT_STAY_CLAIMED && late)
        return TEXT_STAY_CLAIMED_LATE;
    if (usual_text == TEXT_STAY_EXPIRED && slice_is(booking->expired_from, "requested"))
        return TEXT_STAY_EXPIRED_REQUEST;
    if (usual_text == TEXT_STAY_EXPIRED && slice_is(booking->expired_from, "held") &&
        stay_has_expired_before_check_in(talk, booking))
        return TEXT_STAY_EXPIRED_HOLD;
    return usual_text;
}

void stay_add_booking(struct talk *talk, const struct stay_booking *booking)
{
    const struct status *status = find_status(booking);

    if (status != NULL) {
        talk_add(
            talk, refine_status_text(talk, booking, status->text),
            TALK_VALUES({.name = "until", .number = booking->expires_at, .other = talk->input->now},
                        {.name = "refund", .number = text_if_positive(booking->refund)}));
        talk_add_html(talk, SLICE("\n\n"));
    }
    talk_add(talk, TEXT_STAY_BOOKING,
             TALK_VALUES(STAY_NIGHTS(booking->check_in, booking->check_out, booking->guests),
                         {.name = "code", .text = booking->code},
                         {.name = "total", .number = booking->total},
                         {.name = "paid", .number = text_if_positive(booking->paid)},
                         {.name = "title", .text = talk_localized(talk, &booking->title)}));
    if (stay_is_held_or_requested(booking))
        stay_add_price_lines(talk, &booking->lines);
}

/* --- when to come, what to pay, how to get in --- */

static bool is_confirmed(const struct stay_booking *booking)
{
    return slice_is(booking->status, "confirmed");
}

bool stay_is_confirmed_or_checked_in(const struct stay_booking *booking)
{
    return is_confirmed(booking) || slice_is(booking->status, "checked_in");
}

/* Writes the times with their dates, because the message stays in the chat. */
void stay_add_times_and_address(struct talk *talk, const struct stay_booking *booking)
{
    const int64_t entry =
        stay_shows_entry_later(booking) ? booking->check_in_info_at : FIELD_ABSENT;

    if (booking->check_in_at != FIELD_ABSENT && booking->check_out_at != FIELD_ABSENT)
        talk_add(talk, TEXT_STAY_ARRIVAL,
                 TALK_VALUES({.name = "arrival", .number = booking->check_in_at},
                             {.name = "departure", .number = booking->check_out_at},
                             {.name = "address", .text = talk_localized(talk, &booking->address)},
                             {.name = "entry", .number = entry}));
}

/* What the guest of a confirmed booking has to pay on arrival. */
static int64_t balance_due_on_arrival(const struct stay_booking *booking)
{
    const int64_t paid = number_max(booking->paid, 0);

    return is_confirmed(booking) && booking->total > paid ? booking->total - paid : 0;
}

/* Neither a door code nor the owner's payment details may be found in the history of the chat. */
static void confide_if_present(struct talk *talk, struct slice text)
{
    if (text.len > 0)
        talk_mark_reply_confided(talk);
}

static void add_balance_and_security(struct talk *talk, const struct stay_booking *booking)
{
    if (balance_due_on_arrival(booking) > 0) {
        confide_if_present(talk, booking->payment_info);
        talk_add(talk, TEXT_STAY_REST,
                 TALK_VALUES({.name = "rest", .number = balance_due_on_arrival(booking)},
                             {.name = "payment_info", .text = booking->payment_info}));
    }
    if (is_confirmed(booking))
        stay_add_security_deposit(talk, booking->security_deposit);
}

void stay_add_entry_instructions(struct talk *talk, const struct stay_booking *booking)
{
    const struct slice entry = talk_localized(talk, &booking->check_in_info);

    confide_if_present(talk, entry);
    if (entry.len > 0)
        talk_add(talk, TEXT_STAY_ENTRY, TALK_VALUES({.name = "check_in_info", .text = entry}));
    if (booking->needs_phone)
        talk_say(talk, TEXT_STAY_ENTRY_PHONE);
}

int64_t stay_prepayment_due(const struct stay_booking *booking)
{
    const int64_t paid = number_max(booking->paid, 0);

    return booking->deposit > paid ? booking->deposit - paid : 0;
}

static void add_prepayment_due(struct talk *talk, const struct stay_booking *booking)
{
    confide_if_present(talk, booking->payment_info);
    talk_add(
        talk, TEXT_STAY_PAY,
        TALK_VALUES({.name = "deposit", .number = text_if_positive(stay_prepayment_due(booking))},
                    {.name = "policy", .text = talk_localized(talk, &booking->policy)},
                    {.name = "payment_info", .text = booking->payment_info}));
}

bool stay_has_payment_due(const struct stay_booking *booking)
{
    return stay_find_allowed_action(booking, CLAIM) != NULL || balance_due_on_arrival(booking) > 0;
}

void stay_add_payment_due(struct talk *talk, const struct stay_booking *booking)
{
    if (stay_find_allowed_action(booking, CLAIM) != NULL) {
        add_prepayment_due(talk, booking);
        stay_add_security_deposit(talk, booking->security_deposit);
    } else {
        add_balance_and_security(talk, booking);
    }
}

/* Appends what the guest has to do next: pay or confirm; for an agreed stay, how to arrive. */
static void add_next_steps(struct talk *talk, const struct stay_booking *booking)
{
    if (stay_find_allowed_action(booking, CLAIM) != NULL) {
        stay_add_payment_due(talk, booking);
        return;
    }
    stay_add_booking_terms(talk, booking);
    if (stay_find_allowed_action(booking, "confirm") != NULL)
        talk_say(talk, TEXT_STAY_TO_CONFIRM);
    if (stay_is_confirmed_or_checked_in(booking))
        stay_add_times_and_address(talk, booking);
    add_balance_and_security(talk, booking);
    stay_add_entry_instructions(talk, booking);
    if (!stay_has_unconfirmed_payment(talk, booking))
        return;
    if (slice_is(booking->expired_from, "held"))
        talk_add(talk, TEXT_STAY_EXPIRED_DUE,
                 TALK_VALUES({.name = "deposit", .number = stay_prepayment_due(booking)}));
    else
        talk_add_with_support(talk, TEXT_STAY_SENT);
}

static void put_action_buttons(struct talk *talk, const struct stay_booking *booking)
{
    if (booking->needs_phone)
        talk_put_button(talk, TEXT_STAY_KEY_CONTACT, "phone");
    talk_put_allowed_buttons(talk, &(struct flow_offer){true, booking->actions});
}

bool stay_fetch_booking(struct talk *talk, struct stay_booking *out)
{
    struct stay *stay = talk->data;
    struct service_answer answer = {200, stay->answered};

    if (stay->answered.at == NULL && !talk_get(talk, booking_path(talk, ""), &answer))
        return false;
    *out = (struct stay_booking){0};
    if (answer.status != 200)
        return answer.status == 404 || answer.status == 403 ||
               stay_fail_bad_answer("no booking", talk->fault);
    stay->answered = answer.body;
    return stay_read_booking(answer.body, talk->arena, out, talk->fault);
}

/* Adds Back or, for an ended booking, buttons to where the guest came from. */
static void put_exit_buttons(struct talk *talk, const struct stay_booking *booking, bool ended)
{
    if (stay_has_expired_before_check_in(talk, booking))
        talk_put_button(talk, TEXT_STAY_BUTTON_AGAIN, "again");
    if (!ended) {
        stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
        return;
    }
    if (stay_of(talk)->searched && !stay_of(talk)->opened) {
        stay_put_exit_buttons(talk, TEXT_STAY_BUTTON_FREE);
        return;
    }
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
}

static bool show_booking(struct talk *talk)
{
    struct stay_booking booking;
    bool ended = false;

    if (!stay_fetch_booking(talk, &booking))
        return false;
    if (uuid_is_nil(&booking.id)) {
        talk_say(talk, TEXT_STAY_BOOKING_GONE);
        stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
        return true;
    }
    if (!stay_add_answer_about_booking(talk, &booking)) {
        stay_of(talk)->version = booking.version;
        ended = stay_has_ended(&booking);
        stay_add_booking(talk, &booking);
        add_next_steps(talk, &booking);
    }
    put_action_buttons(talk, &booking);
    if (!ended)
        stay_put_copy_buttons(talk, &booking);
    stay_put_map_button_send_if_asked(talk, &booking);
    if (!(ended && !stay_has_unconfirmed_payment(talk, &booking)))
        stay_put_message_buttons(talk, &booking, true);
    put_exit_buttons(talk, &booking, ended);
    return true;
}

void stay_put_booking_button(struct talk *talk, const struct stay_booking *booking,
                             const char *action)
{
    const struct status *status = find_status(booking);
    const struct formatted dates =
        format_date_range(booking->check_in, booking->check_out, talk->language);
    struct slice label = talk_printf(talk, "%.*s · %s", SLICE_ARG(booking->code), dates.text);

    if (status != NULL)
        label = talk_join(talk, label, " · ", talk_label(talk, status->word));
    talk_put_id_button(talk, label, action, &booking->id);
}

/* --- actions --- */

bool stay_post_action(struct talk *talk, const char *action, struct slice body,
                      struct service_answer *answer)
{
    /* The actions by which the guest agrees to the sums that were shown. A change of dates names
     * the expected sum instead; a cancellation names the refund, but not the fee. */
    static const char *const agreeing[] = {CONFIRM, CLAIM, "contact", "cancel"};
    struct service_call call = {.method = "POST", .path = booking_path(talk, action), .body = body};

    if (SLICE_IS_IN(slice_of(action), agreeing))
        call.version = stay_of(talk)->version;
    stay_of(talk)->answered = SLICE_NONE;
    return talk_call(talk, &call, answer);
}

bool stay_show_returned_booking(struct talk *talk, const struct service_answer *answer)
{
    stay_of(talk)->answered = answer->body;
    return talk_step(talk, &stay_step_booking);
}

bool stay_explain_refused_action(struct talk *talk, const struct service_answer *answer)
{
    struct stay_refusal refusal;

    if (!stay_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    if (slice_is(refusal.code, "refund_changed"))
        return talk_step_with(talk, TEXT_STAY_REFUND_CHANGED, &stay_step_cancel);
    if (slice_is(refusal.code, "contact_missing"))
        return talk_step(talk, &stay_step_contact);
    if (slice_is(refusal.code, "too_many_unpaid"))
        return talk_step_with(talk, TEXT_STAY_UNPAID_MANY, &stay_step_booking);
    if (answer->status < 400)
        return stay_fail_bad_answer("no booking after an action", talk->fault);
    if (!slice_is(refusal.code, "hold_expired")) /* the status of the booking shows that */
        talk_add_paragraph(talk, answer->status == 422 ? TEXT_STAY_REFUSED : TEXT_STAY_MOVED_ON);
    return talk_step(talk, &stay_step_booking);
}

/* Posts an action and shows the booking; after a refusal see stay_explain_refused_action(). */
static bool post_action_and_show(struct talk *talk, const char *action, struct slice body)
{
    struct service_answer answer;

    if (!stay_post_action(talk, action, body, &answer))
        return false;
    stay_of(talk)->confirmed = answer.status == 200 && strcmp(action, CONFIRM) == 0;
    return answer.status == 200 ? stay_show_returned_booking(talk, &answer)
                                : stay_explain_refused_action(talk, &answer);
}

/* "phone_required": a booking that is confirmed without a prepayment must have the guest's
 * phone. */
bool stay_confirm_booking(struct talk *talk)
{
    return post_action_and_show(talk, CONFIRM, SLICE("{\"phone_required\":true}"));
}

static bool claim_payment(struct talk *talk)
{
    return post_action_and_show(talk, CLAIM, SLICE_NONE);
}

/* --- cancelling --- */

/* Asks whether to cancel, with the refund and the fee that are not zero. If both are zero, says
 * that it is free. */
static void add_cancel_question(struct talk *talk, const struct stay_cancelling *terms)
{
    if (terms->refund > 0 || terms->fee > 0)
        talk_add(talk, TEXT_STAY_CANCEL,
                 TALK_VALUES({.name = "refund", .number = text_if_positive(terms->refund)},
                             {.name = "fee", .number = text_if_positive(terms->fee)}));
    else
        talk_say(talk, TEXT_STAY_CANCEL_FREE);
}

/* Reads the booking before the preview, so that its version is not newer than the shown sums. */
static bool ask_whether_to_cancel(struct talk *talk)
{
    struct stay *stay = talk->data;
    struct stay_booking booking;
    struct service_answer answer;
    struct stay_cancelling terms;

    if (!stay_fetch_booking(talk, &booking))
        return false;
    stay->version = booking.version;
    stay->claimed = slice_is(booking.status, "payment_claimed");
    if (!talk_get(talk, booking_path(talk, "cancel-preview"), &answer))
        return false;
    if (answer.status >= 400) {
        stay->answered = SLICE_NONE;
        return talk_step_with(talk, TEXT_STAY_MOVED_ON, &stay_step_booking);
    }
    if (answer.status != 200)
        return stay_fail_bad_answer("no preview", talk->fault);
    if (!stay_read_cancel_preview(answer.body, talk->arena, &terms, talk->fault))
        return false;
    stay->refund = terms.refund;
    add_cancel_question(talk, &terms);
    if (stay->claimed)
        talk_add_with_support(talk, TEXT_STAY_SENT);
    talk_put_button(talk, TEXT_STAY_BUTTON_CANCEL, "yes");
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

/* If the booking has changed since the sums were shown, asks again with the current ones. */
bool stay_cancel_booking(struct talk *talk)
{
    const char *refund = talk_money_member(talk, "expected_refund", stay_of(talk)->refund);
    struct service_answer answer;
    struct stay_booking booking;

    if (!stay_post_action(talk, "cancel", talk_printf(talk, "{%s}", refund), &answer))
        return false;
    if (answer.status == 200)
        return stay_show_returned_booking(talk, &answer);
    if (answer.status != 412)
        return stay_explain_refused_action(talk, &answer);
    return stay_fetch_booking(talk, &booking) &&
           talk_step_with(talk, TEXT_STAY_MOVED_ON,
                          stay_find_allowed_action(&booking, "cancel") != NULL
                              ? &stay_step_cancel
                              : &stay_step_booking);
}

/* --- words --- */

static bool offer_actions(struct talk *talk, struct flow_offer *out)
{
    struct stay_booking *booking = arena_alloc(talk->arena, sizeof *booking);

    if (booking == NULL)
        return arena_fault(talk->fault);
    if (!stay_fetch_booking(talk, booking))
        return false;
    stay_of(talk)->heard_at = booking;
    *out = (struct flow_offer){!uuid_is_nil(&booking->id), booking->actions};
    return true;
}

static bool has_expired(const struct talk *talk)
{
    return stay_has_expired_before_check_in(talk, stay_of(talk)->heard_at);
}

/* Asks for other dates, or takes those that the text names. */
static bool change_dates_as_said(struct talk *talk)
{
    return stay_begin_date_change(talk) &&
           (talk->step != &stay_step_new_day || stay_preview_new_dates_if_named(talk));
}

/* A text that names no move: a phone that the booking lacks, a question about the booking, or
 * nothing about it. "оплачено?", which is no move, asks about the payment. */
static bool handle_text(struct talk *talk)
{
    const struct stay_booking *booking = stay_of(talk)->heard_at;
    struct remark remark = talk->heard.remark;
    bool answered;

    if (uuid_is_nil(&booking->id))
        return stay_handle_text_at_bookings(talk);
    if (remark.kind == REMARK_PAID)
        remark.kind = REMARK_PAYMENT;
    if (remark.kind < REMARK_CANCELLING && stay_is_missing_phone(booking, talk->argument)) {
        talk_skip_history(talk);
        return talk_step(talk, &stay_step_contact); /* which shows the agreement first */
    }
    return stay_answer_question_about_booking(talk, booking, &remark, &answered) &&
           (answered || stay_handle_text_at_bookings(talk));
}

/* --- the steps --- */

TALK_LEADS_TO(to_cancel, &stay_step_cancel)
TALK_LEADS_TO(to_contact, &stay_step_contact)

// clang-format off
/* Columns: event, name in buttons, function, remark of the same meaning, action of booking-api that
 * must be allowed and labels the button. There is no move back to the apartment: this booking has
 * taken its nights. */
static const struct flow_move booking_moves[] = {
    {FLOW_TAP,     "confirm", stay_confirm_booking, REMARK_YES,  .needs = CONFIRM},
    {FLOW_TAP,     "claim",   claim_payment,        REMARK_PAID, .needs = CLAIM, .unless = FLOW_ASKS},
    {FLOW_TAP,     "dates",   change_dates_as_said, REMARK_MOVE, .needs = "change-dates",
                                                                 .explains_refusal = true},
    {FLOW_TAP,     "cancel",  to_cancel,            REMARK_CANCEL,     .needs = "cancel"},
    {FLOW_SAID,    NULL,      to_cancel,            REMARK_CANCELLING, .needs = "cancel"},
    {FLOW_TAP,     "again",   stay_offer_current_booking_again, REMARK_YES,
                                             .label = TEXT_STAY_BUTTON_AGAIN, .when = has_expired},
    {FLOW_TAP,     "show",    .act = stay_show_tapped_section},
    {FLOW_TAP,     "phone",   .act = to_contact},
    {FLOW_TAP,     "back",    .act = stay_go_to_results_or_bookings},
    {FLOW_CONTACT, NULL,      .act = to_contact},
    {FLOW_TEXT,    NULL,      .act = handle_text},
};
static const struct flow_move cancel_moves[] = {
    {FLOW_TAP,  "yes", stay_cancel_booking,          REMARK_YES,    .unless = FLOW_BOOKS},
    {FLOW_SAID, NULL,  stay_cancel_booking,          REMARK_CANCEL, .unless = FLOW_ASKS | FLOW_NEGATES},
    {FLOW_SAID, NULL,  stay_repeat_as_unheard,       .remark = REMARK_CANCEL}, /* a question or a refusal */
    {FLOW_SAID, NULL,  talk_go_back,                 .remark = REMARK_NO},
    {FLOW_TEXT, NULL,  .act = stay_handle_text_at_bookings},
};
// clang-format on
const struct flow_step stay_step_booking = {"booking", show_booking, FLOW_MOVES(booking_moves),
                                            .offer = offer_actions};
const struct flow_step stay_step_cancel = {"cancel", ask_whether_to_cancel,
                                           FLOW_BACK(&stay_step_booking, cancel_moves)};
