// SPDX-License-Identifier: MIT
/* Use cases of trips: actions and their effects on the rides of the trip. */
#pragma once

#include "api/change.h"

#include "rides/trip_rides.h"
#include "trips/trip_store.h"
#include "trips/trips_json.h"

/* Locks a trip for a caller who may change it: its driver, its load, then the trip; decodes its
 * texts and counts its rides. FAULT_NOT_FOUND "not_found"; FAULT_FORBIDDEN "forbidden" for
 * passengers and owners. */
bool trip_lock(struct change *change, const struct uuid *id, struct db_rows *rows,
               struct trip *trip, struct trip_step *last, struct trip_ride_counts *counts,
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
