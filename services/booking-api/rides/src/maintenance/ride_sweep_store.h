// SPDX-License-Identifier: MIT
/* SQL of the sweeper. */
#pragma once

#include "api/change.h"

struct ride_due {
    bool holds;     /* rides past expires_at */
    bool offers;    /* offers past expires_at */
    bool trips;     /* unstarted or long arrived trips */
    bool blank;     /* rides that ended REVEAL_KEPT_DAYS ago */
    bool locations; /* positions of cars whose trips ended long ago */
};
bool ride_sweep_store_due(struct db *db, struct ride_due *due, struct fault *fault) MUST_CHECK;

/* Lists at most `most` trips with overdue holds, by id after `after` (nil: from the first), without
 * locks. Columns: id, tenant, whether to finish it. */
bool ride_sweep_store_holds(struct db *db, const struct uuid *after, int64_t most,
                            struct db_rows *trips, struct fault *fault) MUST_CHECK;
/* The same for trips that should have started or ended. */
bool ride_sweep_store_trips(struct db *db, const struct uuid *after, int64_t most,
                            struct db_rows *trips, struct fault *fault) MUST_CHECK;

/* Locks the trip's load. `locked`: false if another transaction holds the lock. */
bool ride_sweep_store_lock(struct db *tx, const struct uuid *trip_id, bool *locked,
                           struct fault *fault) MUST_CHECK;

/* For db_batches_run(): removes personal data from rides that ended REVEAL_KEPT_DAYS ago, except
 * the account, which the owner needs to find and erase them. */
extern const struct db_statement ride_sweep_store_blank;
