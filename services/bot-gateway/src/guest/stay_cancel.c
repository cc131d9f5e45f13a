// SPDX-License-Identifier: MIT
/* Cancelling a booking: what it costs, and the confirmation. */
#include "guest/stay.h"
#include "guest/stay_steps.h"

/* Sets stay->claimed: the guest has claimed the payment, and nobody has confirmed it. */
static bool fetch_claim(struct talk *talk)
{
    struct stay_booking booking;
    bool found;

    if (!stay_fetch_booking(talk, &booking, &found))
        return false;
    stay_of(talk)->claimed = found && slice_is(booking.status, "payment_claimed");
    return true;
}

/* Appends refund and fee; omits amounts of zero. */
static void add_terms(struct talk *talk, const struct stay_cancelling *terms)
{
    if (terms->refund > 0 || terms->fee > 0)
        talk_add(talk, TEXT_STAY_CANCEL,
                 TALK_VALUES({.name = "refund", .number = text_if_positive(terms->refund)},
                             {.name = "fee", .number = text_if_positive(terms->fee)}));
    else
        talk_say(talk, TEXT_STAY_CANCEL_FREE);
}

static bool show_cancel(struct talk *talk)
{
    struct stay *stay = talk->data;
    struct service_answer answer;
    struct stay_cancelling terms;

    if (!talk_get(talk, stay_booking_path(talk, "cancel-preview"), &answer))
        return false;
    if (answer.status >= 400) {
        stay->answered = SLICE_NONE;
        return talk_step_with(talk, TEXT_STAY_MOVED_ON, "booking");
    }
    if (answer.status != 200)
        return stay_bad_answer("no preview", talk->fault);
    if (!stay_read_cancel_preview(answer.body, talk->arena, &terms, talk->fault) ||
        !fetch_claim(talk))
        return false;
    stay->refund = terms.refund;
    add_terms(talk, &terms);
    if (stay->claimed)
        talk_add_with_support(talk, TEXT_STAY_SENT);
    return talk_put(talk, TEXT_STAY_BUTTON_CANCEL, "yes") &&
           stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
}

bool stay_cancel_booking(struct talk *talk)
{
    const char *refund = talk_sum(talk, "expected_refund", stay_of(talk)->refund);
    struct service_answer answer;

    if (!stay_post_action(talk, "cancel", talk_printf(talk, "{%s}", refund), &answer))
        return false;
    return answer.status == 200 ? stay_show_returned_booking(talk, &answer)
                                : stay_refuse_action(talk, &answer);
}

/* --- the step --- */

TALK_LEADS_TO(to_booking, "booking")

// clang-format off
static const struct flow_move cancel_moves[] = {
    {FLOW_TEXT, NULL,   stay_handle_text_at_cancel},
    {FLOW_TAP,  "yes",  stay_cancel_booking},
    {FLOW_TAP,  "back", to_booking},
};
// clang-format on
const struct flow_step stay_step_cancel = {"cancel", show_cancel, FLOW_MOVES(cancel_moves)};
