// SPDX-License-Identifier: MIT
/* SQL of rides that wait for room on a trip. */
#pragma once

#include "db/query.h"

#include "rides/ride.h"

/* Who waits for `trip` and may be given what is free, oldest first, RIDE_WAITLIST_MAX at most.
 * Nobody where the trip does not take place. */
extern const struct db_statement ride_waiting_statement;
/* Ends the overdue holds of a trip, and reads who waits. */
bool ride_wait_store_begin(struct db *tx, const struct uuid *trip_id, struct db_rows *waiting,
                           struct fault *fault) MUST_CHECK;
/* What ride_has_room() and the clock ask of each. Returns how many. */
size_t ride_wait_store_read(const struct db_rows *rows, struct ride out[RIDE_WAITLIST_MAX]);

struct ride_freed {
    struct uuid id;
    int64_t until; /* the hold's end */
};
/* Holds them, with history, event and audit. */
bool ride_wait_store_hold(struct db *tx, const struct ride_freed *freed, size_t count,
                          struct fault *fault) MUST_CHECK;

/* How many wait for the trip. */
bool ride_wait_store_count(struct db *tx, const struct uuid *trip_id, int64_t *count,
                           struct fault *fault) MUST_CHECK;
