// SPDX-License-Identifier: MIT
/* SQL of all rides of a trip. */
#pragma once

#include "api/change.h"

#include "trips/trip.h"

/* Counts that decide a trip's transitions. Overdue rides do not count as live. */
struct trip_ride_counts {
    int64_t confirmed; /* rides in status `confirmed` */
    int64_t first_at;  /* earliest T of confirmed and boarded rides; FIELD_ABSENT: none */
    int64_t live;      /* rides that wait or take seats */
    int64_t cars;      /* live rides that take the whole car */
    int64_t all;       /* rides in any status */
};
bool trip_count_rides(struct db *db, const struct uuid *trip_id, struct trip_ride_counts *out,
                      struct fault *fault) MUST_CHECK;

/* How the rides of a trip end with it. Overdue rides have been expired before. */
enum trip_rides_end {
    TRIP_RIDES_FINISH, /* confirmed and boarded rides become `completed`, waiting ones `cancelled`
                        */
    TRIP_RIDES_CANCEL  /* all live rides become `cancelled` */
};

/* Ends the live rides of a trip whose load the caller has locked. Cancelled rides are refunded in
 * full; `whose` is the fault of those that were confirmed. Writes history, events and audit rows
 * with the change's actor. Sets `carried`, the number of rides completed by now, including earlier
 * ones. */
bool trip_rides_end(struct change *change, const struct uuid *trip_id, enum trip_rides_end end,
                    enum cancel_fault whose, struct slice reason, int64_t *carried,
                    struct fault *fault) MUST_CHECK;
