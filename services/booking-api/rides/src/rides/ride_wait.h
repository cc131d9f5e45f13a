// SPDX-License-Identifier: MIT
/* Rides that wait for room on a trip: `open` with a trip. What becomes free on it is held for the
 * oldest of them that fits, in the transaction that frees it. */
#pragma once

#include "api/change.h"

#include "rides/ride.h"

/* Ends the holds of the trip that have run out, then holds what is free for who waits, oldest
 * first, RIDE_FREED_HOLD_S each. A ride that does not fit is passed over: a big group does not
 * block those behind it. The ends and the holds have history, event and audit, with the actor
 * "system"; nothing is queued for the commit.
 *
 * Whoever makes room calls it: a ride that took seats is cancelled, declined, expired or a no-show,
 * seats are added to a trip. Once for a trip, behind the last change of its rides in this
 * transaction. The trip's row in trip_load is locked by the caller; no ride of a higher order is
 * locked behind it (trips < rides < offers). A trip that does not take place holds nothing for
 * anybody. One round trip where nobody waits. */
bool ride_wait_fill(struct change *change, const struct uuid *trip_id,
                    struct fault *fault) MUST_CHECK;

/* The second half alone, for who has read `waiting` by ride_waiting_statement behind the end of
 * overdue holds. */
bool ride_wait_give(struct change *change, const struct db_rows *waiting,
                    struct fault *fault) MUST_CHECK;

/* Which of `count` waiting rides fit together, taken in their order: their positions, ascending,
 * into `fits`. Pure. Returns how many. */
size_t ride_wait_choose(const struct trip *trip, const struct ride *waiting, size_t count,
                        size_t *fits);
