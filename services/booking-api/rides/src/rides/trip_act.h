// SPDX-License-Identifier: MIT
/* Use cases of trips: actions and edits with their effects on the rides of the trip. Text is kept
 * by `rows`. */
#pragma once

#include "api/change.h"

#include "rides/ride_store.h"
#include "trips/trips_json.h"

/* Locks a trip for a caller who may change it: its driver, its load, then the trip; decodes its
 * texts and counts its rides. FAULT_NOT_FOUND "not_found"; FAULT_FORBIDDEN "forbidden" for
 * passengers and owners. */
bool trip_lock(struct change *change, const struct uuid *id, struct db_rows *rows,
               struct trip *trip, struct step_last *last, struct trip_ride_counts *counts,
               struct fault *fault) MUST_CHECK;
/* Reads the trip again in this transaction. */
bool trip_reload(struct change *change, const struct trip *trip, struct db_rows *rows,
                 struct trip *out, struct fault *fault) MUST_CHECK;

/* Runs the action and returns the trip with its texts decoded. An action repeated by the same actor
 * has no further effect. Locks the driver, then the trip, then its rides. FAULT_NOT_FOUND
 * "not_found"; FAULT_FORBIDDEN "forbidden" for passengers and owners; those of transition_check();
 * for a delay FAULT_INVALID "stop_left", "stops_order" and FAULT_CONFLICT "driver_busy" with the
 * member trip_id. */
bool trip_act(struct change *change, const struct uuid *id, enum trip_action action,
              const struct trip_note *note, struct db_rows *rows, struct trip *out,
              struct fault *fault) MUST_CHECK;

/* Starts a scheduled trip whose driver and load the caller has locked, for the first boarding.
 * Ignores If-Match, which refers to the ride. Errors of transition_check(). */
bool trip_start(struct change *change, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* Editing a scheduled trip, by its driver or staff. Between the two calls the body is decoded over
 * the trip by trip_edit_fields. */
struct trip_edit {
    struct trip before;
    struct trip trip; /* to be edited, without stops and prices */
    struct trip_ride_counts counts;
};

/* Locks the driver, the load and the trip, and expires overdue holds. Errors of trip_lock();
 * "version_mismatch"; those of transition_check(). */
bool trip_edit_begin(struct change *change, const struct uuid *id, struct db_rows *rows,
                     struct trip_edit *out, struct fault *fault) MUST_CHECK;

/* Writes the trip with history, event and audit, holds added seats for waiting rides, and reads the
 * trip again. New prices apply to new rides only. After a change of car, agreed rides may be
 * cancelled without cost. FAULT_CONFLICT "has_passengers": stops change although the trip had a
 * ride, capacity drops below the load, or capacity changes while a ride takes the whole car.
 * Otherwise the errors of trip_create() for the changed parts. */
bool trip_edit_end(struct change *change, const struct trip_edit *edit, struct db_rows *rows,
                   struct trip *out, struct fault *fault) MUST_CHECK;
