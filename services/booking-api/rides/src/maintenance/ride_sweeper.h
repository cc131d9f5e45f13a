// SPDX-License-Identifier: MIT
/* The sweeper: changes that are due at a time, in small transactions. Any number of instances may
 * run it concurrently. Readers evaluate deadlines themselves, and a writer first expires the
 * overdue holds of its trip, so if the sweeper does not run, only events are late. */
#pragma once

#include "rides/ride_store.h"

/* A kind of due trips, and what is done with each of them. */
struct ride_sweep;
/* Expires overdue holds, requests and claimed payments, and assigns the freed seats to waiting
 * rides. */
extern const struct ride_sweep ride_sweep_overdue_holds;
/* Assigns free seats to waiting rides of trips whose road was opened or whose driver is no longer
 * blocked. */
extern const struct ride_sweep ride_sweep_due_waitlists;
/* Cancels trips not started TRIP_CANCEL_AFTER_US after their departure; finishes started trips
 * TRIP_FINISH_AFTER_US after their arrival. */
extern const struct ride_sweep ride_sweep_overdue_trips;
/* Processes each due trip in a transaction of its own, so that a failing trip does not block the
 * others. `fault` is the first error. Call it in a fiber. */
bool ride_sweep_run(const struct ride_sweep *sweep, struct api_changes *changes, struct db *db,
                    struct fault *fault) MUST_CHECK;

/* --- SQL (ride_sweep_store.c) --- */

/* Whether there is work of each kind. */
struct ride_due {
    bool holds;     /* rides past expires_at */
    bool waitlists; /* trips for ride_sweep_due_waitlists */
    bool offers;    /* offers past expires_at */
    bool trips;     /* trips for ride_sweep_overdue_trips */
    bool blank;     /* rides with personal data that ended REVEAL_KEPT_DAYS ago */
    bool locations; /* positions of cars whose trips ended an hour ago */
};
bool ride_sweep_store_find_due(struct db *db, struct ride_due *due, struct fault *fault) MUST_CHECK;

/* Lists trips with overdue holds, ordered by id, without locks. Values: last id of the previous
 * page (NULL: first page), maximum number of rows. Columns: id, tenant, false. */
extern const struct db_statement ride_sweep_store_holds;
/* Lists the trips for ride_sweep_due_waitlists, as ride_sweep_store_holds does. */
extern const struct db_statement ride_sweep_store_waitlists;
/* Removes the trip from that list. */
bool ride_sweep_store_delete_waitlist_due(struct db *tx, const struct uuid *trip_id,
                                          struct fault *fault) MUST_CHECK;
/* Lists the trips for ride_sweep_overdue_trips, ordered by id, without locks. Values as of
 * ride_sweep_store_holds. Columns: id, tenant, whether to finish the trip (else to cancel it). */
extern const struct db_statement ride_sweep_store_trips;

/* Locks the trip's load. `locked`: false if another transaction holds the lock. */
bool ride_sweep_store_try_lock(struct db *tx, const struct uuid *trip_id, bool *locked,
                               struct fault *fault) MUST_CHECK;

/* For db_batches_run(): removes personal data from rides that ended REVEAL_KEPT_DAYS ago. The
 * passenger's account stays, because the erasure of a person finds rides by it. */
extern const struct db_statement ride_sweep_store_blank;
