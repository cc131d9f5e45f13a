// SPDX-License-Identifier: MIT
/* SQL of trips by id. Text in a struct trip is borrowed from the rows. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "trips/trip.h"
#include "trips/trip_search.h"

/* FAULT_NOT_FOUND "not_found" if the tenant has no such trip. */
bool trip_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct db_rows *rows, struct trip *out, struct fault *fault) MUST_CHECK;

/* Lists trips of a tenant by `query`, which is not a search and whose window is set: by departure,
 * one more than its page has. Rows of a LIST_PAGE_OF statement whose SELECT has
 * `trip_listed_columns`. */
bool trip_store_list(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                     struct db_rows *rows, struct fault *fault) MUST_CHECK;
extern const int trip_listed_columns;
/* Reads a row of trip_store_list(), including confirmed_rides. Text is borrowed. */
void trip_store_read_listed(const struct db_rows *rows, int row, struct trip *out);

/* Reads a row whose SELECT begins with the shape's columns. Text is borrowed. */
void trip_store_read(const struct db_rows *rows, int row, struct trip *out);

/* The latest change of a trip's status. */
struct trip_step {
    int from; /* enum trip_status; -1: creation */
    int to;
    struct slice actor;
};
/* Finds the trip for this caller in a transaction and locks its driver, its load and then the trip.
 * A driver of another trip locks nothing and gets "not_found". */
bool trip_store_lock(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                     struct db_rows *rows, struct trip *out, struct trip_step *last,
                     struct fault *fault) MUST_CHECK;

/* Sets the warnings of a stored trip; their text is kept by `rows`. */
bool trip_store_read_warnings(struct db *tx, struct trip *trip, struct db_rows *rows,
                              struct fault *fault) MUST_CHECK;

/* Obstacles to another trip of the locked driver. */
struct trip_conflicts {
    int64_t live;     /* scheduled or started trips */
    struct uuid busy; /* one of them at the same time; nil: none */
};
bool trip_store_find_conflicts(struct db *tx, const struct trip *trip, struct trip_conflicts *out,
                               struct fault *fault) MUST_CHECK;

/* Inserts the trip, its load and its legs. Sets the stored version and times. FAULT_CONFLICT
 * "driver_busy": from the constraint, for writers that bypass the driver's lock. */
bool trip_store_insert(struct db *tx, struct trip *trip, struct fault *fault) MUST_CHECK;

/* Writes a locked trip; if `moved`, also its legs. Sets version and updated_at. FAULT_CONFLICT
 * "driver_busy"; "changed_meanwhile" if the row's version differs. */
bool trip_store_update(struct db *tx, struct trip *trip, bool moved,
                       struct fault *fault) MUST_CHECK;

/* Writes the capacity of a locked trip's segments. `empty`: the trip has no load, so the number of
 * segments may change. FAULT_CONFLICT "has_passengers", from the constraint: the load exceeds the
 * capacity. */
bool trip_store_set_load(struct db *tx, const struct trip *trip, bool empty,
                         struct fault *fault) MUST_CHECK;

/* Adds a step to the history, deferred to the commit. `from` is a status or -1. */
void trip_store_write_step(struct change *change, const struct trip *trip, int from,
                           struct slice reason);

/* For steps_reply(). */
extern const struct db_statement trip_history_statement;
