// SPDX-License-Identifier: MIT
/* Rides that end together without their trip: by the clock, with their passenger's erasure. Each
 * leaves its step in the history, its event and its audit row in the same statement. */
#pragma once

#include "api/change.h"

#include "rides/ride.h"

/* Of these rides, "{uuid,...}", those that wait for somebody end: as `expired` whose time has run
 * out, the others as `cancelled`, nobody's fault, with all that was paid back. The actor is the
 * change's. The caller has locked the loads of their trips. */
bool ride_end_waiting(struct change *change, struct slice rides, struct fault *fault) MUST_CHECK;

/* At most `most` open rides whose time has run out become `expired`. They take nothing of a trip.
 * Those that another transaction has locked are passed over. `ended`: how many. */
bool ride_end_open(struct change *change, int64_t most, int *ended, struct fault *fault) MUST_CHECK;
