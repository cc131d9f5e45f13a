// SPDX-License-Identifier: MIT
/* SQL of trips by id. Text in a struct trip is borrowed from the rows it was read from. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "trips/trip.h"
#include "trips/trip_search.h"

/* FAULT_NOT_FOUND "not_found" when the tenant has none. */
bool trip_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct db_rows *rows, struct trip *out, struct fault *fault) MUST_CHECK;

/* Trips of a tenant by `query`, which is no search and whose window is set: the first departure
 * first, one more than its page has; rows of a LIST_PAGE_OF statement whose SELECT has
 * `trip_listed_columns`. */
bool trip_store_list(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                     struct db_rows *rows, struct fault *fault) MUST_CHECK;
extern const int trip_listed_columns;
/* The same with its confirmed_rides. Text is borrowed. */
void trip_store_read_listed(const struct db_rows *rows, int row, struct trip *out);

/* Of a row whose SELECT begins with the shape's columns. Text is borrowed. */
void trip_store_read(const struct db_rows *rows, int row, struct trip *out);

/* The last step of a trip's history that made a status. */
struct trip_step {
    int from; /* enum trip_status, -1: it was made */
    int to;
    struct slice actor;
};
/* The same for this caller inside a transaction: its driver, its load and then the trip become
 * locked. A driver whose trip it is not locks nothing and gets "not_found". */
bool trip_store_lock(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                     struct db_rows *rows, struct trip *out, struct trip_step *last,
                     struct fault *fault) MUST_CHECK;

/* Sets the warnings of a trip that is stored; `rows` keep them. */
bool trip_store_read_warnings(struct db *tx, struct trip *trip, struct db_rows *rows,
                              struct fault *fault) MUST_CHECK;

/* What stands against one more trip of the driver, who is locked. */
struct trip_rivals {
    int64_t live;     /* trips that are scheduled or started */
    struct uuid busy; /* one of them at the same time; nil: none */
};
bool trip_store_rivals(struct db *tx, const struct trip *trip, struct trip_rivals *out,
                       struct fault *fault) MUST_CHECK;

/* The trip, its load and its legs. Sets version and times as stored. FAULT_CONFLICT "driver_busy":
 * the constraint's word, for whoever writes around the driver's lock. */
bool trip_store_insert(struct db *tx, struct trip *trip, struct fault *fault) MUST_CHECK;

/* Writes a locked trip as it is now; `moved`: its legs, too. Sets version and updated_at.
 * FAULT_CONFLICT "driver_busy"; "changed_meanwhile" if the row is not as it was read. */
bool trip_store_update(struct db *tx, struct trip *trip, bool moved,
                       struct fault *fault) MUST_CHECK;

/* Writes what may be sold on each segment of a locked trip; `empty`: nothing is sold of it, its
 * segments may be others. FAULT_CONFLICT "has_passengers": more is sold; the constraint's word. */
bool trip_store_set_load(struct db *tx, const struct trip *trip, bool empty,
                         struct fault *fault) MUST_CHECK;

/* Deferred to the commit: one step in the history. `from` is a status or -1. */
void trip_store_write_step(struct change *change, const struct trip *trip, int from,
                           struct slice reason);

/* Steps of a trip behind `after`, oldest first, at most `limit`: rows for trip_encode_step(). */
bool trip_store_history(struct db *db, const struct uuid *id, int64_t after, int64_t limit,
                        struct db_rows *rows, struct fault *fault) MUST_CHECK;
