// SPDX-License-Identifier: MIT
/* Use cases of rides, and of drivers. Text of a struct ride is kept by `rows`. */
#pragma once

#include "api/change.h"

#include "rides/ride_store.h"
#include "rides/rides_json.h"

/* Creates a ride. FAULT_FORBIDDEN "forbidden", "restricted"; FAULT_INVALID "unknown_trip",
 * "not_bookable", "stops_order", those of fare_price(); FAULT_CONFLICT those of ride_has_room(),
 * "too_many_rides", "duplicate_ride", "overlapping_ride", "total_changed". */
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

/* Checks that the actor of the change may take the action now; else the error of
 * transition_check(). */
bool ride_may(const struct change *change, const struct ride *ride, enum ride_action action,
              struct fault *fault) MUST_CHECK;
/* Locks the trip, then the ride, if the caller may see it and take `action` now. */
bool ride_lock_for(struct change *change, const struct uuid *id, enum ride_action action,
                   struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;

/* Editing price and note of an open ride, by its passenger or staff. Between the two calls the body
 * is decoded over the ride by ride_edit_fields. Refusals: "not_found", "version_mismatch", those of
 * ride_machine. */
bool ride_edit_begin(struct change *change, const struct uuid *id, struct db_rows *rows,
                     struct ride *out, struct fault *fault) MUST_CHECK;
/* Writes price and note with history, event and audit. Sets version and updated_at. */
bool ride_edit_end(struct change *change, struct ride *ride, struct fault *fault) MUST_CHECK;

/* Records history, event and audit of a step. `from` is a status or -1. */
bool ride_record(struct change *change, const struct ride *ride, int from, const char *action,
                 struct slice reason, struct fault *fault) MUST_CHECK;

/* --- the waiting list of a trip: rides in status `open` with a trip ---
 * Freed seats are held for the oldest waiting ride that fits, in the transaction that frees them.
 */

/* Expires overdue holds of the trip, then holds free seats for waiting rides, oldest first,
 * RIDE_FREED_HOLD_S each. A ride that does not fit is skipped, so a large group does not block the
 * others. The actor of all traces is "system"; nothing is deferred to the commit.
 *
 * Call it once for a trip, after the last change in this transaction that frees seats: a cancel,
 * decline, expiry or no-show of a ride, or added seats. The caller has locked the trip's row in
 * trip_load before (lock order: trips < rides < offers). Does nothing for a trip that does not take
 * place. One round trip if no ride waits. */
bool ride_waitlist_fill(struct change *change, const struct uuid *trip_id,
                        struct fault *fault) MUST_CHECK;
/* Only the assignment, for a caller who has expired overdue holds and then read `waiting` with
 * ride_waitlist_statement. */
bool ride_waitlist_assign(struct change *change, const struct db_rows *waiting,
                          struct fault *fault) MUST_CHECK;
/* Chooses the waiting rides that fit together, in their order: their ascending positions into
 * `fits`. Pure. Returns their number. */
size_t ride_waitlist_choose(const struct trip *trip, const struct ride *waiting, size_t count,
                            size_t *fits);

/* --- drivers --- */

/* Suspends a locked driver who has CANCEL_FAULTS_MAX faults within the last CANCEL_DRIVER_DAYS, and
 * records an audit row. Existing trips stay. Call it after writing the fault. */
bool driver_faults_apply(struct change *change, const struct uuid *driver_id, int64_t now,
                         struct fault *fault) MUST_CHECK;

/* Erases a driver. The row stays without personal data, and so do the driver's trips, their rides
 * and amounts. Lookups no longer find the driver. Locks the driver and withdraws pending offers.
 * FAULT_NOT_FOUND "not_found"; "version_mismatch"; FAULT_CONFLICT "has_live_trips": a trip of the
 * driver is scheduled or started. */
bool driver_erase(struct change *change, const struct uuid *id, struct fault *fault) MUST_CHECK;
