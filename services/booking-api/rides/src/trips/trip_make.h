// SPDX-License-Identifier: MIT
/* A trip is published, and recorded. */
#pragma once

#include "api/change.h"

#include "trips/trip.h"

/* `draft` is decoded over trip_defaults(); its driver_id is the caller's own where a driver acts.
 * Locks the driver. FAULT_FORBIDDEN "driver_not_active" and what driver_may_drive() says beside,
 * "forbidden"; FAULT_INVALID "unknown_driver", "unknown_car", what trip_judge() says;
 * FAULT_CONFLICT "driver_busy" with the member trip_id, "too_many_trips". */
bool trip_make(struct change *change, const struct trip *draft, struct trip *out,
               struct fault *fault) MUST_CHECK;

/* Locks the trip's driver and reads what is shown of him. FAULT_INVALID "unknown_driver";
 * FAULT_FORBIDDEN: what driver_may_drive() says of the day of the arrival. */
bool trip_lock_driver(struct change *change, struct trip *trip, struct fault *fault) MUST_CHECK;
/* Reads what is shown of the trip's car, into texts that `rows` keeps, and how many passengers it
 * has room for. FAULT_INVALID "unknown_car": not its driver's. */
bool trip_find_car(struct change *change, struct trip *trip, struct db_rows *rows,
                   int64_t *car_seats, struct fault *fault) MUST_CHECK;

/* History, event and audit of a change of the trip. `from` is a status or -1. */
bool trip_record(struct change *change, const struct trip *trip, int from, const char *event,
                 const char *action, struct slice reason, struct fault *fault) MUST_CHECK;
/* A trip that passenger and driver have agreed on, whoever the caller is: as trip_make(), but for
 * "forbidden", the bounds of its prices, and for what trip_judge() says. `draft->driver_id` is set.
 */
bool trip_make_agreed(struct change *change, const struct trip *draft, struct trip *out,
                      struct fault *fault) MUST_CHECK;
