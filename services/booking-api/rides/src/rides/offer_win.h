// SPDX-License-Identifier: MIT
/* An offer is made, judged, and wins. */
#pragma once

#include "api/change.h"

#include "rides/offer.h"

/* By the actor `driver`. `rows` keeps the texts of `out`. Locks the passenger, the driver, the
 * trip, the ride.
 * FAULT_NOT_FOUND "not_found": no ride that looks for an offer; FAULT_INVALID "outside_window",
 * "unknown_car", "unknown_trip", "stops_order", "too_many_seats"; FAULT_FORBIDDEN as trip_make();
 * FAULT_CONFLICT "driver_busy", "ride_taken", what ride_has_room() says. */
bool offer_make(struct change *change, const struct uuid *ride_id, const struct offer_draft *asked,
                struct db_rows *rows, struct offer *out, struct fault *fault) MUST_CHECK;

/* accept, reject, withdraw. What was done already is done again without effect. `ride` is set, and
 * `rows` keeps its texts, for `accept` only. FAULT_CONFLICT "overlapping_ride": where the passenger
 * accepts it, what offer_win() says. */
bool offer_act(struct change *change, const struct uuid *ride_id, const struct uuid *id,
               enum offer_action action, struct db_rows *rows, struct offer *out,
               struct db_rows *ride_rows, struct ride *ride, struct fault *fault) MUST_CHECK;

/* Locks passenger, driver and trip of the offer, ends overdue holds, then locks the ride. */
bool offer_lock_ride(struct change *change, const struct offer *offer, struct db_rows *rows,
                     struct ride *ride, struct fault *fault) MUST_CHECK;

/* Another ride of its passenger, who is locked, at the time of the offer; nil: none, or they may
 * overlap. */
bool offer_rival(struct change *change, const struct offer *offer, const struct ride *ride,
                 struct uuid *rival, struct fault *fault) MUST_CHECK;

/* The locked ride, which is open, comes to the offer's trip, which is made if it has none:
 * offer->trip_id is set. Other offers are lost, clashing ones of its driver withdrawn.
 * FAULT_CONFLICT "driver_busy", "ride_taken", what ride_has_room() says, "offer_not_valid": its
 * driver or his car may not drive any more, or the trip is not what was offered. */
bool offer_win(struct change *change, struct offer *offer, bool is_stored, struct ride *ride,
               struct fault *fault) MUST_CHECK;
