// SPDX-License-Identifier: MIT
/* What the passenger reads before a ride of which nothing is recorded as paid is cancelled. */
#include "taxi/ride_steps.h"

bool ride_add_free_cancel(struct talk *talk)
{
    const struct ride *ride = talk->data;
    struct service_answer answer = {200, ride->answered};
    struct ride_order order;

    talk_say(talk, TEXT_RIDE_CANCEL_FREE);
    if (ride->answered.at == NULL && !talk_get(talk, ride_path(talk, ""), &answer))
        return false;
    if (answer.status != 200)
        return true;
    if (!ride_read_order(answer.body, talk->arena, &order, talk->fault))
        return false;
    if (slice_is(order.status, "payment_claimed"))
        talk_say(talk, TEXT_RIDE_CANCEL_CLAIMED);
    return true;
}
