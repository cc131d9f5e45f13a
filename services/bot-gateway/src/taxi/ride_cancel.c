// SPDX-License-Identifier: MIT
/* Cancelling a ride of the passenger, on the terms that were shown. */
#include "taxi/ride_steps.h"

/* Adds that cancelling is free and, if a claimed payment waits, who helps to get it back. */
static bool add_free_cancel(struct talk *talk)
{
    struct ride_order order;
    bool found;

    talk_say(talk, TEXT_RIDE_CANCEL_FREE);
    if (!ride_fetch_order(talk, &order, &found))
        return false;
    if (found && slice_is(order.status, "payment_claimed"))
        talk_say(talk, TEXT_RIDE_CANCEL_CLAIMED);
    return true;
}

static bool ask_whether_to_cancel(struct talk *talk)
{
    struct service_answer answer;
    struct answer_cancelling terms;

    if (!talk_get(talk, ride_path(talk, "cancel-preview"), &answer))
        return false;
    if (answer.status >= 400) {
        ride_of(talk)->answered = SLICE_NONE;
        return talk_step_with(talk, TEXT_RIDE_MOVED_ON, &ride_step_order);
    }
    if (answer.status != 200)
        return answer_fail_bad("no preview", talk->fault);
    if (!answer_read_cancel_preview(answer.body, talk->arena, &terms, talk->fault))
        return false;
    ride_of(talk)->refund = terms.refund;
    ride_of(talk)->is_faulty = slice_is(terms.fault, "passenger");
    if (terms.refund + terms.fee > 0)
        talk_add(talk, TEXT_RIDE_CANCEL,
                 TALK_VALUES({.name = "refund", .number = terms.refund},
                             {.name = "paid", .number = terms.refund + terms.fee}));
    else if (!add_free_cancel(talk))
        return false;
    if (ride_of(talk)->is_faulty)
        talk_say(talk, TEXT_RIDE_CANCEL_LATE);
    talk_put_button(talk, TEXT_RIDE_BUTTON_CANCEL, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool cancel_ride(struct talk *talk)
{
    const char *refund = talk_money_member(talk, "expected_refund", ride_of(talk)->refund);
    const char *fault = ride_of(talk)->is_faulty ? "passenger" : "none";
    struct service_answer answer;
    struct answer_refusal refusal;

    if (!talk_post(talk, ride_path(talk, "cancel"),
                   talk_printf(talk, "{%s,\"expected_fault\":\"%s\"}", refund, fault), &answer))
        return false;
    if (answer.status == 422 &&
        !answer_read_refusal(answer.body, talk->arena, &refusal, talk->fault))
        return false;
    if (answer.status == 422 && slice_is(refusal.why, "unknown_field")) /* an older booking-api */
        return ride_post_action_and_show(talk, "cancel", talk_printf(talk, "{%s}", refund));
    return ride_show_action_result(talk, &answer);
}

// clang-format off
static const struct flow_move cancel_moves[] = {
    {FLOW_TAP,  "yes", cancel_ride,  REMARK_YES,    .unless = FLOW_BOOKS},
    {FLOW_WORDS, NULL,  cancel_ride,  REMARK_CANCEL, .unless = FLOW_ASKS | FLOW_NEGATES},
    {FLOW_WORDS, NULL,  talk_go_back, .remark = REMARK_NO},
};
// clang-format on
const struct flow_step ride_step_cancel = {"cancel", ask_whether_to_cancel,
                                           FLOW_BACK(&ride_step_order, cancel_moves)};
