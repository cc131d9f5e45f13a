// SPDX-License-Identifier: MIT
/* One booking: its status, the actions that it offers to the guest, and what the guest of an agreed
 * stay must know; cancelling it: what that costs, and the confirmation. */
#include "base/text.h"

#include "guest/stay_steps.h"

#define CONFIRM "confirm"
#define CLAIM   "claim-payment"

/* --- the booking --- */

static void put_action_buttons(struct talk *talk, const struct stay_booking *booking)
{
    if (booking->needs_phone)
        talk_put_button(talk, TEXT_STAY_KEY_CONTACT, "phone");
    talk_put_allowed_buttons(talk, &(struct flow_offer){true, booking->actions});
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
        stay_add_next_steps(talk, &booking);
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

/* --- actions --- */

static bool claim_payment(struct talk *talk)
{
    return stay_post_action_and_show(talk, CLAIM, SLICE_NONE);
}

/* --- cancelling --- */

/* Asks whether to cancel, with the refund and the fee that are not zero. If both are zero, says
 * that it is free. */
static void add_cancel_question(struct talk *talk, const struct answer_cancelling *terms)
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
    struct answer_cancelling terms;

    if (!stay_fetch_booking(talk, &booking))
        return false;
    stay->version = booking.version;
    stay->claimed = slice_is(booking.status, "payment_claimed");
    if (!talk_get(talk, stay_booking_path(talk, "cancel-preview"), &answer))
        return false;
    if (answer.status >= 400) {
        stay->answered = SLICE_NONE;
        return talk_step_with(talk, TEXT_STAY_MOVED_ON, &stay_step_booking);
    }
    if (answer.status != 200)
        return answer_fail_bad("no preview", talk->fault);
    if (!answer_read_cancel_preview(answer.body, talk->arena, &terms, talk->fault))
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
        return talk_hear_at_flow(talk);
    if (remark.kind == REMARK_PAID)
        remark.kind = REMARK_PAYMENT;
    if (remark.kind < REMARK_CANCELLING && stay_is_missing_phone(booking, talk->argument)) {
        talk_skip_history(talk);
        return talk_step(talk, &stay_step_contact); /* which shows the agreement first */
    }
    return stay_answer_question_about_booking(talk, booking, &remark, &answered) &&
           (answered || talk_hear_at_flow(talk));
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
    {FLOW_WORDS,    NULL,      to_cancel,            REMARK_CANCELLING, .needs = "cancel"},
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
    {FLOW_WORDS, NULL,  stay_cancel_booking,          REMARK_CANCEL, .unless = FLOW_ASKS | FLOW_NEGATES},
    {FLOW_WORDS, NULL,  stay_repeat_as_unheard,       .remark = REMARK_CANCEL}, /* a question or a refusal */
    {FLOW_WORDS, NULL,  talk_go_back,                 .remark = REMARK_NO},
};
// clang-format on
const struct flow_step stay_step_booking = {"booking", show_booking, FLOW_MOVES(booking_moves),
                                            .offer = offer_actions};
const struct flow_step stay_step_cancel = {"cancel", ask_whether_to_cancel,
                                           FLOW_BACK(&stay_step_booking, cancel_moves)};
