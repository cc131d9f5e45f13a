// SPDX-License-Identifier: MIT
/* Steps by which a trip is created and edited: read, check, publish, record. */
#pragma once

#include "api/change.h"

#include "trips/trip.h"

/* Reads a trip into the arena and decodes its texts. FAULT_NOT_FOUND "not_found". */
bool trip_find_and_decode(struct db *db, struct arena *arena, const struct uuid *tenant_id,
                          const struct uuid *id, struct trip *out, struct fault *fault) MUST_CHECK;

/* Creates a trip from `draft`, decoded over trip_defaults(). Locks the driver.
 * `agreed_with_passenger` false: the caller publishes the trip, a driver only for himself or
 * herself. True: any caller may create it for draft->driver_id, and start, seats and price limits
 * are not checked.
 * FAULT_FORBIDDEN "forbidden" and those of driver_may_drive(); FAULT_INVALID "unknown_driver",
 * "unknown_car", those of trip_departure_check(), trip_seats_check() and trip_price_bounds_check();
 * FAULT_CONFLICT "driver_busy" with the member trip_id, "too_many_trips". */
bool trip_create(struct change *change, const struct trip *draft, bool agreed_with_passenger,
                 struct trip *out, struct fault *fault) MUST_CHECK;

/* Locks the trip's driver and reads the driver's public data. FAULT_INVALID "unknown_driver";
 * FAULT_FORBIDDEN: driver_may_drive() for the day of the arrival. */
bool trip_lock_and_check_driver(struct change *change, struct trip *trip,
                                struct fault *fault) MUST_CHECK;
/* Reads the car's public data, with texts in the arena, and its number of passenger seats.
 * FAULT_INVALID "unknown_car": the car is not the driver's. */
bool trip_find_car(struct change *change, struct trip *trip, int64_t *car_seats,
                   struct fault *fault) MUST_CHECK;

/* Checks that the locked driver has no other trip at the time of `trip`: FAULT_CONFLICT
 * "driver_busy" with the member trip_id. */
bool trip_check_driver_is_free(struct change *change, const struct trip *trip,
                               struct fault *fault) MUST_CHECK;

/* Records history, event and audit row of a change. `status_before`: -1 for a new trip. */
bool trip_record_step(struct change *change, const struct trip *trip, int status_before,
                      const char *event, const char *audit_action, struct slice reason,
                      struct fault *fault) MUST_CHECK;
/* Checks the price of a seat between any two stops of the trip against the tenant's routes
 * (route_allows_seat_price()). Call it after trip_set_times_and_tariff(). FAULT_INVALID
 * "price_out_of_bounds". */
bool trip_price_bounds_check(struct change *change, const struct trip *trip,
                             struct fault *fault) MUST_CHECK;
