// SPDX-License-Identifier: MIT
/* Reads, publishes, checks and records a trip. */
#pragma once

#include "api/change.h"

#include "trips/trip.h"

/* Reads a trip with its texts decoded, in the arena. FAULT_NOT_FOUND "not_found". */
bool trip_read(struct db *db, struct arena *arena, const struct uuid *tenant_id,
               const struct uuid *id, struct trip *out, struct fault *fault) MUST_CHECK;

/* Creates a trip from `draft`, decoded over trip_defaults(); a driver publishes for itself.
 * `agreed` between passenger and driver: for any caller, with `draft->driver_id`, without
 * "forbidden" and the checks of start, seats and price limits. Locks the driver. FAULT_FORBIDDEN
 * "forbidden" and those of driver_may_drive(); FAULT_INVALID "unknown_driver", "unknown_car", those
 * of the checks of start, seats and bounds; FAULT_CONFLICT "driver_busy" with the member trip_id,
 * "too_many_trips". */
bool trip_create(struct change *change, const struct trip *draft, bool agreed, struct trip *out,
                 struct fault *fault) MUST_CHECK;

/* Locks the trip's driver and reads the driver's public data. FAULT_INVALID "unknown_driver";
 * FAULT_FORBIDDEN: driver_may_drive() for the day of the arrival. */
bool trip_lock_driver(struct change *change, struct trip *trip, struct fault *fault) MUST_CHECK;
/* Reads the car's public data, with texts in the arena, and its number of passenger seats.
 * FAULT_INVALID "unknown_car": the car is not the driver's. */
bool trip_find_car(struct change *change, struct trip *trip, int64_t *car_seats,
                   struct fault *fault) MUST_CHECK;

/* Checks that the locked driver has no other trip at the time of `trip`: FAULT_CONFLICT
 * "driver_busy" with the member trip_id. */
bool trip_check_free(struct change *change, const struct trip *trip,
                     struct fault *fault) MUST_CHECK;

/* Records history, event and audit of a change. `from` is a status or -1. */
bool trip_record(struct change *change, const struct trip *trip, int from, const char *event,
                 const char *action, struct slice reason, struct fault *fault) MUST_CHECK;
/* Checks the price of a seat between any two stops of the trip against the tenant's routes
 * (route_price_fits()). The trip's derived fields must be set. FAULT_INVALID "price_out_of_bounds".
 */
bool trip_bounds_check(struct change *change, const struct trip *trip,
                       struct fault *fault) MUST_CHECK;
