// SPDX-License-Identifier: MIT
/* The waiting list of a trip: rides in status `open` with a trip. Freed seats are held for the
 * oldest waiting ride that fits, in the transaction that frees them. */
#pragma once

#include "api/change.h"

#include "rides/ride.h"

/* Expires overdue holds of the trip, then holds free seats for waiting rides, oldest first,
 * RIDE_FREED_HOLD_S each. A ride that does not fit is skipped, so a large group does not block the
 * others. The actor of all traces is "system"; nothing is deferred to the commit.
 *
 * Call it once for a trip, after the last change in this transaction that frees seats: a cancel,
 * decline, expiry or no-show of a ride, or added seats. The caller has locked the trip's row in
 * trip_load before (lock order: trips < rides < offers). Does nothing for a trip that does not take
 * place. One round trip if no ride waits. */
bool ride_waitlist_fill(struct change *change, const struct uuid *trip_id,
                        struct fault *fault) MUST_CHECK;

/* Only the assignment, for a caller who has expired overdue holds and then read `waiting` with
 * ride_waitlist_statement. */
bool ride_waitlist_assign(struct change *change, const struct db_rows *waiting,
                          struct fault *fault) MUST_CHECK;

/* Chooses the waiting rides that fit together, in their order: their ascending positions into
 * `fits`. Pure. Returns their number. */
size_t ride_waitlist_choose(const struct trip *trip, const struct ride *waiting, size_t count,
                            size_t *fits);
