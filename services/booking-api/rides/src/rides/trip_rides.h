// SPDX-License-Identifier: MIT
/* SQL of the rides of a trip, all of them at once. */
#pragma once

#include "api/change.h"

#include "trips/trip.h"

/* What the moves of a trip depend on. Who waited too long is not live. */
struct trip_tally {
    int64_t confirmed; /* rides that neither boarded nor ended */
    int64_t first_at;  /* the first T of those and of who is in the car; FIELD_ABSENT: none */
    int64_t live;      /* rides that wait or take */
    int64_t cars;      /* those of them that take the whole car */
    int64_t all;       /* whatever became of them */
};
bool trip_tally(struct db *db, const struct uuid *trip_id, struct trip_tally *out,
                struct fault *fault) MUST_CHECK;

/* How the rides of a trip end with it. Those whose time ran out have been ended before. */
enum trip_rides_end {
    TRIP_RIDES_FINISH, /* who is or was to be in the car becomes `completed`, who still waits
                          `cancelled` */
    TRIP_RIDES_CANCEL  /* all that are live become `cancelled` */
};

/* Ends the live rides of a trip whose load the caller has locked: what was paid for a cancelled one
 * goes back, and `whose` fault it is where it was confirmed. With history, event and audit of each,
 * whose actor is the change's. Sets how many are `completed` then,
 * those that got out before among them. */
bool trip_rides_end(struct change *change, const struct uuid *trip_id, enum trip_rides_end end,
                    enum cancel_fault whose, struct slice reason, int64_t *carried,
                    struct fault *fault) MUST_CHECK;
