// SPDX-License-Identifier: MIT
/* SQL of the waiting list of a trip. */
#pragma once

#include "db/query.h"

#include "rides/ride.h"

/* Rides waiting for `trip`, oldest first, at most RIDE_WAITLIST_MAX; none if the trip does not take
 * place. */
extern const struct db_statement ride_waitlist_statement;
/* Expires the overdue holds of a trip and reads the waiting rides. */
bool ride_waitlist_store_begin(struct db *tx, const struct uuid *trip_id, struct db_rows *waiting,
                               struct fault *fault) MUST_CHECK;
/* Reads the members that ride_has_room() and the clock need. Returns the number of rides. */
size_t ride_waitlist_store_read(const struct db_rows *rows, struct ride out[RIDE_WAITLIST_MAX]);

struct ride_waitlist_hold {
    struct uuid id;
    int64_t until; /* end of the hold */
};
/* Holds seats for the rides, with history, events and audit rows. */
bool ride_waitlist_store_hold(struct db *tx, const struct ride_waitlist_hold *freed, size_t count,
                              struct fault *fault) MUST_CHECK;

bool ride_waitlist_store_count(struct db *tx, const struct uuid *trip_id, int64_t *count,
                               struct fault *fault) MUST_CHECK;
