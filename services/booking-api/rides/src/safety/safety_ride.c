// SPDX-License-Identifier: MIT
#include "safety/safety_ride.h"

#include "rides/ride_store.h"

bool safety_ride_lock(struct change *change, const struct uuid *id, struct db_rows *rows,
                      struct ride *out, struct fault *fault)
{
    struct ride_step last;

    if (!ride_store_lock(change->tx, change->caller, id, rows, out, &last, fault))
        return false;
    return ride_visible(out, change->caller) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.");
}

static bool judge(struct change *change, const struct ride *ride, enum ride_action action,
                  struct fault *fault)
{
    const struct ride_moment moment = ride_moment_of(ride);
    const struct move *move;

    return move_judge(&ride_machine, ride_state(&moment), (int)action, move_who(change->caller),
                      &move, fault);
}

bool safety_ride(struct change *change, const struct uuid *id, enum ride_action action,
                 struct db_rows *rows, struct ride *out, struct fault *fault)
{
    return safety_ride_lock(change, id, rows, out, fault) && judge(change, out, action, fault);
}

bool safety_ride_read(struct change *change, const struct uuid *id, enum ride_action action,
                      struct db_rows *rows, struct ride *out, struct fault *fault)
{
    if (!ride_store_find(change->tx, &change->caller->tenant_id, id, rows, out, fault))
        return false;
    if (!ride_visible(out, change->caller))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.");
    return judge(change, out, action, fault);
}
