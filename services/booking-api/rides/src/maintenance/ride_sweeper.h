// SPDX-License-Identifier: MIT
/* The sweeper: time-driven changes in small transactions. Any number of instances may run it
 * concurrently. Readers evaluate deadlines themselves, and a writer expires the holds in its way,
 * so without the sweeper only events come late. */
#pragma once

#include "rides/ride_store.h"

/* Process all due trips, each in its own transaction, so that a failing trip does not block others;
 * `fault` is the first error. Run in a fiber.
 *
 * Expires overdue holds, requests and claimed payments, trip by trip, and assigns the freed seats
 * to waiting rides. */
bool ride_sweep_holds(struct api_changes *changes, struct db *db, struct fault *fault) MUST_CHECK;
/* Cancels trips that were not started, finishes those that arrived long ago. */
bool ride_sweep_trips(struct api_changes *changes, struct db *db, struct fault *fault) MUST_CHECK;

/* --- SQL (ride_sweep_store.c) --- */

struct ride_due {
    bool holds;     /* rides past expires_at */
    bool offers;    /* offers past expires_at */
    bool trips;     /* unstarted or long arrived trips */
    bool blank;     /* rides that ended REVEAL_KEPT_DAYS ago */
    bool locations; /* positions of cars whose trips ended long ago */
};
bool ride_sweep_store_due(struct db *db, struct ride_due *due, struct fault *fault) MUST_CHECK;

/* Lists trips with overdue holds, by id, without locks. Values: id of the trip before (NULL: none),
 * the most rows. Columns: id, tenant, whether to finish it. */
extern const struct db_statement ride_sweep_store_holds;
/* The same for trips that should have started or ended. */
extern const struct db_statement ride_sweep_store_trips;

/* Locks the trip's load. `locked`: false if another transaction holds the lock. */
bool ride_sweep_store_lock(struct db *tx, const struct uuid *trip_id, bool *locked,
                           struct fault *fault) MUST_CHECK;

/* For db_batches_run(): removes personal data from rides that ended REVEAL_KEPT_DAYS ago, except
 * the account, which the owner needs to find and erase them. */
extern const struct db_statement ride_sweep_store_blank;
