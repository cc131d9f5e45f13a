// SPDX-License-Identifier: MIT
/* Ending many rides at once without ending their trip: by the clock, or with the erasure of their
 * passenger. Each statement also writes history, events and audit rows. */
#pragma once

#include "api/change.h"

#include "rides/ride.h"

/* Ends those of the rides ("{uuid,...}") that wait: overdue ones become `expired`, the others
 * `cancelled` without fault and with a full refund. The actor is the change's. The caller has
 * locked the loads of their trips. */
bool ride_end_waiting(struct change *change, struct slice rides, struct fault *fault) MUST_CHECK;

/* Expires at most `most` overdue open rides, which take no seats. Skips those locked by other
 * transactions. `ended`: their number. */
bool ride_end_open(struct change *change, int64_t most, int *ended, struct fault *fault) MUST_CHECK;
