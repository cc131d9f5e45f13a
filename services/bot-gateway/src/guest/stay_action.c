// SPDX-License-Identifier: MIT
/* Calls of booking-api about bookings of the guest: reading them, and the actions on one. */
#include <string.h>

#include "guest/stay_steps.h"

#define CONFIRM "confirm"
#define CLAIM   "claim-payment"

struct slice stay_booking_path(const struct talk *talk, const char *subpath)
{
    return talk_path(talk, "bookings", &stay_of(talk)->booking, subpath);
}

bool stay_fetch_booking(struct talk *talk, struct stay_booking *out)
{
    struct stay *stay = talk->data;
    struct service_answer answer = {200, stay->answered};

    if (stay->answered.at == NULL && !talk_get(talk, stay_booking_path(talk, ""), &answer))
        return false;
    *out = (struct stay_booking){0};
    if (answer.status != 200)
        return answer.status == 404 || answer.status == 403 ||
               answer_fail_bad("no booking", talk->fault);
    stay->answered = answer.body;
    return stay_read_booking(answer.body, talk->arena, out, talk->fault);
}

bool stay_fetch_bookings(struct talk *talk, struct slice query, struct stay_bookings *out)
{
    struct service_answer answer;

    if (!talk_get(talk, talk_printf(talk, "/v1/bookings?%.*s", SLICE_ARG(query)), &answer))
        return false;
    return answer.status == 200 ? stay_read_bookings(answer.body, talk->arena, out, talk->fault)
                                : answer_fail_bad("no bookings", talk->fault);
}

/* --- actions --- */

bool stay_post_action(struct talk *talk, const char *action, struct slice body,
                      struct service_answer *answer)
{
    /* The actions by which the guest agrees to the sums that were shown. A change of dates names
     * the expected sum instead; a cancellation names the refund, but not the fee. */
    static const char *const agreeing[] = {CONFIRM, CLAIM, "contact", "cancel"};
    struct service_call call = {
        .method = "POST", .path = stay_booking_path(talk, action), .body = body};

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
    struct answer_refusal refusal;

    if (!answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    if (slice_is(refusal.code, "refund_changed"))
        return talk_step_with(talk, TEXT_STAY_REFUND_CHANGED, &stay_step_cancel);
    if (slice_is(refusal.code, "contact_missing"))
        return talk_step(talk, &stay_step_contact);
    if (slice_is(refusal.code, "too_many_unpaid"))
        return talk_step_with(talk, TEXT_STAY_UNPAID_MANY, &stay_step_booking);
    if (answer->status < 400)
        return answer_fail_bad("no booking after an action", talk->fault);
    if (!slice_is(refusal.code, "hold_expired")) /* the status of the booking shows that */
        talk_add_paragraph(talk, answer->status == 422 ? TEXT_STAY_REFUSED : TEXT_STAY_MOVED_ON);
    return talk_step(talk, &stay_step_booking);
}

bool stay_post_action_and_show(struct talk *talk, const char *action, struct slice body)
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
    return stay_post_action_and_show(talk, CONFIRM, SLICE("{\"phone_required\":true}"));
}
