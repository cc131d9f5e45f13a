// SPDX-License-Identifier: MIT
/* Use cases of rides, of their trips, offers and drivers. Text of a struct is in the arena. */
#pragma once

#include "api/change.h"

#include "rides/ride_store.h"
#include "rides/rides_json.h"
#include "trips/trips_json.h"

/* Creates a ride from the draft `asked`. FAULT_FORBIDDEN "forbidden", "restricted"; FAULT_INVALID
 * "unknown_trip", "not_bookable", "stops_order", those of fare_compute_price(); FAULT_CONFLICT
 * those of ride_has_room(), "own_trip", "too_many_rides", "too_many_unpaid", "duplicate_ride",
 * "overlapping_ride", "total_changed". `*keeps_held`: the ride is refused, but seats that were free
 * are held for waiting rides now, and the transaction should be committed for them. */
bool ride_create(struct change *change, const struct ride_draft *asked, struct ride *out,
                 bool *keeps_held, struct fault *fault) MUST_CHECK;

/* Sets FAULT_CONFLICT `code`, "duplicate_ride" or "overlapping_ride", with the member ride_id.
 * Returns false. */
bool ride_refuse_conflict(struct change *change, const char *code, const struct uuid *ride_id,
                          struct fault *fault) MUST_CHECK;

/* Whether the caller may order, confirm or accept the ride, whose price is set. False:
 * FAULT_CONFLICT "too_many_unpaid": a passenger has RIDE_UNPAID_MAX or more `unpaid` rides, and
 * this one needs no prepayment. Nobody else is limited. */
bool ride_check_unpaid(const struct api_caller *caller, const struct ride *ride, int64_t unpaid,
                       struct fault *fault) MUST_CHECK;

/* Sets FAULT_CONFLICT "own_trip": the driver of a trip or an offer has the Telegram account of the
 * passenger. Returns false. */
bool ride_refuse_own_trip(struct fault *fault) MUST_CHECK;

/* A search for trips that suit the ride. The caller sets the departure window. */
struct trip_query ride_build_trip_query(const struct ride *ride);

/* Runs confirm, decline, claim-payment, board, drop, deliver, no-show, driver-no-show, cancel or
 * settle. An action repeated by the same actor has no further effect. The first `board` starts the
 * trip; a driver with too many faults is suspended. After FAULT_INVALID "wrong_code" the caller
 * must commit, so that the wrong delivery code is counted; nothing else has changed. */
bool ride_act(struct change *change, const struct uuid *id, enum ride_action action,
              const struct ride_note *note, struct ride *out, struct fault *fault) MUST_CHECK;

/* transition_check() for the actor of the change. */
bool ride_check_action(const struct change *change, const struct ride *ride,
                       enum ride_action action, int *to_or_null, struct fault *fault) MUST_CHECK;
/* Locks the trip, then the ride. Faults: "not_found" if the caller may not see the ride; those of
 * change_if_match() and ride_check_action(). */
bool ride_lock_for_action(struct change *change, const struct uuid *id, enum ride_action action,
                          struct ride *out, struct fault *fault) MUST_CHECK;

/* Writes price and note of a ride that is locked for RIDE_EDIT, with history, event and audit row.
 * Sets version and updated_at. */
bool ride_edit(struct change *change, struct ride *ride, struct fault *fault) MUST_CHECK;

/* Records history, event and audit row of a step. `status_before`: -1 for a new ride. */
bool ride_record_step(struct change *change, const struct ride *ride, int status_before,
                      const char *audit_action, struct slice reason,
                      struct fault *fault) MUST_CHECK;

/* --- the waiting list of a trip: rides in status `open` with a trip ---
 * Freed seats are held for the waiting rides that fit, oldest first, in the transaction that frees
 * them. */

/* Expires overdue holds of the trip, then holds free seats for the RIDE_WAITLIST_MAX oldest waiting
 * rides, oldest first, each until ride_hold_until() with RIDE_FREED_HOLD_S. A ride that does not
 * fit is skipped, so a large group does not block the rides behind it. In history, events and audit
 * rows the actor is "system".
 *
 * Call it once for a trip, after the last change in this transaction that frees seats: a cancel,
 * decline, expiry or no-show of a ride, or added seats. The caller must have locked the trip's row
 * in trip_load (lock order: trips < rides < offers). Holds no seats of a trip that has ended or
 * whose driver is blocked. One round trip to the database if no ride waits. */
bool ride_waitlist_hold_free_seats(struct change *change, const struct uuid *trip_id,
                                   struct fault *fault) MUST_CHECK;
/* Holds free seats like ride_waitlist_hold_free_seats(). The caller must first expire overdue
 * holds, then read `waiting` with ride_waitlist_statement. `*held` is the number of rides. */
bool ride_waitlist_assign_seats_to_fitting(struct change *change, const struct db_rows *waiting,
                                           size_t *held, struct fault *fault) MUST_CHECK;
/* Chooses, in the order of `waiting`, the rides for which the trip has room together.
 * `chosen_indexes`: in `waiting`, ascending. Returns their number. Pure. */
size_t ride_waitlist_choose_fitting(const struct trip *trip, const struct ride *waiting,
                                    size_t count, size_t *chosen_indexes);

/* --- trips (trip_act.c, trip_edit.c): actions and edits with their effects on the rides --- */

/* Locks a trip for a caller who may change it: its driver, its load, then the trip; decodes its
 * texts and counts its rides. FAULT_NOT_FOUND "not_found"; FAULT_FORBIDDEN "forbidden" for
 * passengers and owners. */
bool trip_lock(struct change *change, const struct uuid *id, struct trip *trip,
               struct step_last *last_or_null, struct trip_ride_counts *counts,
               struct fault *fault) MUST_CHECK;
/* Reads the trip again into `out`, in this transaction. */
bool trip_reload(struct change *change, const struct trip *trip, struct trip *out,
                 struct fault *fault) MUST_CHECK;

/* Runs the action and returns the trip with its texts decoded. Start, finish and cancel have no
 * further effect if the same actor repeats them, even with an old If-Match. A repeated delay delays
 * again; a repeated confirm is refused. Locks the driver, the load, the trip, then its rides.
 * Faults: those of trip_lock(); "version_mismatch"; those of transition_check(); for a delay
 * FAULT_INVALID "out_of_range", "stop_left", "stops_order" and FAULT_CONFLICT "driver_busy" with
 * the member trip_id. */
bool trip_act(struct change *change, const struct uuid *id, enum trip_action action,
              const struct trip_note *note, struct trip *out, struct fault *fault) MUST_CHECK;

/* Starts a scheduled trip for the first boarding. The caller must have locked its driver and load.
 * If-Match is ignored, because it refers to the ride. Faults: those of transition_check(). */
bool trip_start(struct change *change, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* An edit of a scheduled trip by its driver or staff. Between trip_edit_begin() and trip_edit_end()
 * the caller decodes the body into `trip` by trip_edit_fields. */
struct trip_edit {
    struct trip before; /* as stored */
    struct trip trip;   /* a copy to be edited, without stops and prices */
    struct trip_ride_counts counts;
};

/* Locks the driver, the load and the trip, and expires overdue holds. Faults: those of trip_lock();
 * "version_mismatch"; those of transition_check(). */
bool trip_edit_begin(struct change *change, const struct uuid *id, struct trip_edit *out,
                     struct fault *fault) MUST_CHECK;

/* Writes the trip with history, event and audit, holds added seats and those of expired holds for
 * waiting rides, and reads the trip again. New prices apply to new rides only. After a change of
 * car, agreed rides may be cancelled without cost. FAULT_CONFLICT "has_passengers": stops change
 * although the trip had a ride, capacity drops below the load, or capacity changes while a ride
 * takes the whole car. Other faults: those of trip_create() for the changed parts. */
bool trip_edit_end(struct change *change, const struct trip_edit *edit, struct trip *out,
                   struct fault *fault) MUST_CHECK;

/* --- offers (offer_create.c, offer_act.c, offer_accept.c) --- */

/* Creates an offer by the acting driver. Locks the passenger, the driver, the trip, the ride.
 * FAULT_NOT_FOUND "not_found": no ride that looks for offers; FAULT_INVALID "outside_window",
 * "unknown_car", "unknown_trip", "stops_order", "too_many_seats"; FAULT_FORBIDDEN as trip_create();
 * FAULT_CONFLICT "own_trip", "driver_busy", "ride_taken", those of ride_has_room(). */
bool offer_create(struct change *change, const struct uuid *ride_id,
                  const struct offer_draft *asked, struct offer *out,
                  struct fault *fault) MUST_CHECK;

/* Runs accept, reject or withdraw. An action repeated by the same actor has no further effect.
 * `ride`: set by `accept`. FAULT_CONFLICT "own_trip", "overlapping_ride", "too_many_unpaid",
 * "offer_not_valid" also after a one-star rating, and those of offer_accept(). */
bool offer_act(struct change *change, const struct uuid *ride_id, const struct uuid *id,
               enum offer_action action, struct offer *out, struct ride *ride,
               struct fault *fault) MUST_CHECK;

/* Locks passenger and driver of the offer, and reads the driver. If the offer is for an existing
 * trip, locks the trip and calls ride_waitlist_hold_free_seats(), so that waiting rides get freed
 * seats first. Then locks the ride. */
bool offer_lock_parties_and_ride(struct change *change, const struct offer *offer,
                                 struct driver *driver, struct ride *ride,
                                 struct fault *fault) MUST_CHECK;

/* Finds the conflicts of the locked passenger's ride at the time of the offer. `overlapping` is nil
 * also if the ride may overlap others (for_other). */
bool offer_find_conflicts(struct change *change, const struct offer *offer, const struct ride *ride,
                          struct ride_conflicts *out, struct fault *fault) MUST_CHECK;

/* Puts the locked, open ride on the offer's trip. If the offer has no trip, creates one and sets
 * offer->trip_id. Other pending offers on the ride become `lost`; conflicting offers of the driver
 * are withdrawn. `is_stored`: false for an offer under auto_accept that is not inserted yet.
 * FAULT_CONFLICT "driver_busy", "ride_taken", those of ride_has_room(); "offer_not_valid": driver
 * or car may no longer drive, or the trip differs from the offer. */
bool offer_accept(struct change *change, struct offer *offer, bool is_stored, struct ride *ride,
                  struct fault *fault) MUST_CHECK;

/* --- drivers --- */

/* Suspends an active driver who has at least CANCEL_FAULTS_MAX faults within the last
 * CANCEL_DRIVER_DAYS, and then records an audit row. The caller must have locked the driver's row.
 * Existing trips stay. Call it after writing the latest fault. */
bool driver_suspend_for_faults(struct change *change, const struct uuid *driver_id,
                               struct fault *fault) MUST_CHECK;

/* Erases a driver. The row stays without personal data, and so do the driver's trips, their rides
 * and amounts. Lookups no longer find the driver. Locks the driver and withdraws pending offers.
 * FAULT_NOT_FOUND "not_found"; "version_mismatch"; FAULT_CONFLICT "has_live_trips": a trip of the
 * driver is scheduled or started. */
bool driver_erase(struct change *change, const struct uuid *id, struct fault *fault) MUST_CHECK;
