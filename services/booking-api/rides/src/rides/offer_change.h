// SPDX-License-Identifier: MIT
/* Use cases of offers. */
#pragma once

#include "api/change.h"

#include "rides/offer.h"

/* Creates an offer by the acting driver. Text of `out` is kept by `rows`. Locks the passenger, the
 * driver, the trip, the ride.
 * FAULT_NOT_FOUND "not_found": no ride that looks for offers; FAULT_INVALID "outside_window",
 * "unknown_car", "unknown_trip", "stops_order", "too_many_seats"; FAULT_FORBIDDEN as trip_create();
 * FAULT_CONFLICT "driver_busy", "ride_taken", those of ride_has_room(). */
bool offer_create(struct change *change, const struct uuid *ride_id,
                  const struct offer_draft *asked, struct db_rows *rows, struct offer *out,
                  struct fault *fault) MUST_CHECK;

/* Runs accept, reject or withdraw. Repeating an action has no further effect. For `accept`, `ride`
 * is set, with text kept by `ride_rows`. FAULT_CONFLICT "overlapping_ride" and those of
 * offer_accept(). */
bool offer_act(struct change *change, const struct uuid *ride_id, const struct uuid *id,
               enum offer_action action, struct db_rows *rows, struct offer *out,
               struct db_rows *ride_rows, struct ride *ride, struct fault *fault) MUST_CHECK;

/* Locks passenger, driver and trip of the offer, ends overdue holds, then locks the ride. */
bool offer_lock_ride(struct change *change, const struct offer *offer, struct db_rows *rows,
                     struct ride *ride, struct fault *fault) MUST_CHECK;

/* Finds another ride of the locked passenger at the time of the offer; nil: none, or overlaps are
 * allowed (for_other). */
bool offer_find_conflict(struct change *change, const struct offer *offer, const struct ride *ride,
                         struct uuid *conflict, struct fault *fault) MUST_CHECK;

/* Puts the locked, open ride on the offer's trip, which is created if the offer has none; sets
 * offer->trip_id. Other offers on the ride are lost, conflicting ones of the driver withdrawn.
 * FAULT_CONFLICT "driver_busy", "ride_taken", those of ride_has_room(); "offer_not_valid": driver
 * or car may no longer drive, or the trip differs from the offer. */
bool offer_accept(struct change *change, struct offer *offer, bool is_stored, struct ride *ride,
                  struct fault *fault) MUST_CHECK;
