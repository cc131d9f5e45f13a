// SPDX-License-Identifier: MIT
/* A ride is made on a trip, moved, and recorded. */
#pragma once

#include "api/change.h"

#include "rides/rides_json.h"

/* `rows` keeps the texts of `out`. FAULT_FORBIDDEN "forbidden", "restricted"; FAULT_INVALID
 * "unknown_trip", "not_bookable", "stops_order", what fare_price() says; FAULT_CONFLICT what
 * ride_has_room() says, "too_many_rides", "duplicate_ride", "overlapping_ride", "total_changed". */
bool ride_take(struct change *change, const struct ride_draft *asked, struct db_rows *rows,
               struct ride *out, struct fault *fault) MUST_CHECK;

/* "duplicate_ride", "overlapping_ride" with the member ride_id. Returns false. */
bool ride_refuse_rival(struct change *change, const char *code, const struct uuid *ride_id,
                       struct fault *fault) MUST_CHECK;

/* confirm, decline, claim-payment, board, drop, deliver, no-show, driver-no-show, cancel, settle. A
 * step that the same actor repeats changes nothing. Who boards first starts the trip; a driver with
 * too many faults becomes suspended. FAULT_INVALID "wrong_code" has counted the try and is to be
 * committed: the ride is not changed otherwise. */
bool ride_act(struct change *change, const struct uuid *id, enum ride_action action,
              const struct ride_note *note, struct db_rows *rows, struct ride *out,
              struct fault *fault) MUST_CHECK;

/* History, event and audit of a step. `from` is a status or -1. */
bool ride_record(struct change *change, const struct ride *ride, int from, const char *action,
                 struct slice reason, struct fault *fault) MUST_CHECK;
