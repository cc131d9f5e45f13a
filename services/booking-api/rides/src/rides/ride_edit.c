// SPDX-License-Identifier: MIT
#include "rides/ride_edit.h"

#include "drivers/contact.h"
#include "ride_callers.h"
#include "rides/ride_change.h"
#include "rides/ride_edit_store.h"
#include "rides/ride_store.h"

void ride_edit_check(const struct ride *ride, struct fault_list *problems)
{
    if (ride_has_trip(ride) && ride->preferences.price != FIELD_ABSENT)
        fault_list_add(problems, "price", "one_of_two", "A trip has a price.");
    if (ride->preferences.auto_accept && ride->preferences.price == FIELD_ABSENT)
        fault_list_add(problems, "price", "required", "The most that is accepted at once.");
    contact_check("note", ride->note, problems);
}

bool ride_edit_begin(struct change *change, const struct uuid *id, struct db_rows *rows,
                     struct ride *out, struct fault *fault)
{
    const struct transition *row;
    struct ride_step last;
    struct ride ride;

    if (!ride_store_lock(change->tx, change->caller, id, rows, &ride, &last, fault))
        return false;
    if (!ride_visible(&ride, change->caller))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.");
    const struct ride_snapshot snapshot = ride_snapshot_of(&ride);
    if (!change_if_match(change, ride.version, fault) ||
        !transition_check(&ride_machine, ride_state(&snapshot), RIDE_EDIT,
                          transition_actor(change->caller), &row, fault))
        return false;
    *out = ride;
    return true;
}

bool ride_edit_end(struct change *change, struct ride *ride, struct fault *fault)
{
    return ride_edit_store_write(change->tx, ride, fault) &&
           ride_record(change, ride, ride->status, ride_machine.actions[RIDE_EDIT].audit,
                       SLICE_NONE, fault);
}
