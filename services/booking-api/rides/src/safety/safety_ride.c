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

static bool check_action(struct change *change, const struct ride *ride, enum ride_action action,
                         struct fault *fault)
{
    const struct ride_snapshot snapshot = ride_snapshot_of(ride);
    const struct transition *row;

    return transition_check(&ride_machine, ride_state(&snapshot), (int)action,
                            transition_actor(change->caller), &row, fault);
}

bool safety_ride_lock_for(struct change *change, const struct uuid *id, enum ride_action action,
                          struct db_rows *rows, struct ride *out, struct fault *fault)
{
    return safety_ride_lock(change, id, rows, out, fault) &&
           check_action(change, out, action, fault);
}

bool safety_ride_find_for(struct change *change, const struct uuid *id, enum ride_action action,
                          struct db_rows *rows, struct ride *out, struct fault *fault)
{
    if (!ride_store_find(change->tx, &change->caller->tenant_id, id, rows, out, fault))
        return false;
    if (!ride_visible(out, change->caller))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.");
    return check_action(change, out, action, fault);
}
