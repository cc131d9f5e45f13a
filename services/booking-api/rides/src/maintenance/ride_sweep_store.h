// SPDX-License-Identifier: MIT
/* What the clock has to do. */
#pragma once

#include "api/change.h"

struct ride_due {
    bool holds;     /* rides whose expires_at has come */
    bool offers;    /* likewise */
    bool trips;     /* that were not started, or have arrived long ago */
    bool blank;     /* rides that ended long ago */
    bool locations; /* points of cars whose trips ended long ago */
};
bool ride_sweep_store_due(struct db *db, struct ride_due *due, struct fault *fault) MUST_CHECK;

/* At most `most` trips behind the id `after`, nil: from the first, in the order of their ids: id,
 * tenant, whether it is one to finish. Nothing is locked. Those with holds that have run out; */
bool ride_sweep_store_holds(struct db *db, const struct uuid *after, int64_t most,
                            struct db_rows *trips, struct fault *fault) MUST_CHECK;
/* those that should have started or ended. */
bool ride_sweep_store_trips(struct db *db, const struct uuid *after, int64_t most,
                            struct db_rows *trips, struct fault *fault) MUST_CHECK;

/* Locks the trip's load, unless another transaction has. */
bool ride_sweep_store_lock(struct db *tx, const struct uuid *trip_id, bool *locked,
                           struct fault *fault) MUST_CHECK;

/* Takes the people out of at most `most` rides that ended REVEAL_KEPT_DAYS ago; only the account
 * stays, by which its holder finds them and is erased. `done`: how many. */
bool ride_sweep_store_blank(struct db *tx, int64_t most, int *done, struct fault *fault) MUST_CHECK;
