// SPDX-License-Identifier: MIT
/* What is done with a trip: the action, and what it does to the rides on it. */
#pragma once

#include "api/change.h"

#include "rides/trip_rides.h"
#include "trips/trip_store.h"
#include "trips/trips_json.h"

/* The trip for this caller, who may change it: its driver, its load and then the trip become
 * locked. Its texts are read, what stands on it is counted. FAULT_NOT_FOUND "not_found";
 * FAULT_FORBIDDEN "forbidden" for passengers and owners. */
bool trip_lock(struct change *change, const struct uuid *id, struct db_rows *rows,
               struct trip *trip, struct trip_step *last, struct trip_tally *tally,
               struct fault *fault) MUST_CHECK;
/* The same trip as it is in this transaction now. */
bool trip_read_again(struct change *change, const struct trip *trip, struct db_rows *rows,
                     struct trip *out, struct fault *fault) MUST_CHECK;

/* The trip, its texts read, after the action. A step that the same actor repeats changes nothing.
 * Locks the driver, then the trip, then its rides.
 * FAULT_NOT_FOUND "not_found"; FAULT_FORBIDDEN "forbidden" for passengers and owners; what
 * move_judge() says; of a delay FAULT_INVALID "stop_left", "stops_order" and FAULT_CONFLICT
 * "driver_busy" with the member trip_id. */
bool trip_act(struct change *change, const struct uuid *id, enum trip_action action,
              const struct trip_note *note, struct db_rows *rows, struct trip *out,
              struct fault *fault) MUST_CHECK;

/* Starts a scheduled trip whose driver and load the caller has locked: whoever boards first does.
 * It does not look at If-Match, which is of the ride. What move_judge() says. */
bool trip_start(struct change *change, const struct uuid *id, struct fault *fault) MUST_CHECK;
