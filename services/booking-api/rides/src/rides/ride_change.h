// SPDX-License-Identifier: MIT
/* Use cases of rides. */
#pragma once

#include "api/change.h"

#include "rides/rides_json.h"

/* Creates a ride. Text of `out` is kept by `rows`. FAULT_FORBIDDEN "forbidden", "restricted";
 * FAULT_INVALID "unknown_trip", "not_bookable", "stops_order", those of fare_price();
 * FAULT_CONFLICT those of ride_has_room(), "too_many_rides", "duplicate_ride", "overlapping_ride",
 * "total_changed". */
bool ride_create(struct change *change, const struct ride_draft *asked, struct db_rows *rows,
                 struct ride *out, struct fault *fault) MUST_CHECK;

/* Sets FAULT_CONFLICT `code`, "duplicate_ride" or "overlapping_ride", with the member ride_id.
 * Returns false. */
bool ride_refuse_conflict(struct change *change, const char *code, const struct uuid *ride_id,
                          struct fault *fault) MUST_CHECK;

/* Runs confirm, decline, claim-payment, board, drop, deliver, no-show, driver-no-show, cancel or
 * settle. An action repeated by the same actor has no further effect. The first `board` starts the
 * trip; a driver with too many faults is suspended. After FAULT_INVALID "wrong_code" the caller
 * must commit, because the try has been counted; nothing else has changed. */
bool ride_act(struct change *change, const struct uuid *id, enum ride_action action,
              const struct ride_note *note, struct db_rows *rows, struct ride *out,
              struct fault *fault) MUST_CHECK;

/* Records history, event and audit of a step. `from` is a status or -1. */
bool ride_record(struct change *change, const struct ride *ride, int from, const char *action,
                 struct slice reason, struct fault *fault) MUST_CHECK;
