// SPDX-License-Identifier: MIT
/* Editing a scheduled trip, by its driver or staff. Between the two calls the body is decoded over
 * the trip by trip_edit_fields. */
#pragma once

#include "api/change.h"

#include "rides/trip_rides.h"

struct trip_edit {
    struct trip before;
    struct trip trip; /* to be edited, without stops and prices */
    struct trip_ride_counts counts;
};

/* Locks the driver, the load and the trip, and expires overdue holds. FAULT_NOT_FOUND "not_found";
 * FAULT_FORBIDDEN "forbidden" for passengers and owners; "version_mismatch"; those of
 * transition_check(). Text is kept by `rows`. */
bool trip_edit_begin(struct change *change, const struct uuid *id, struct db_rows *rows,
                     struct trip_edit *out, struct fault *fault) MUST_CHECK;

/* Writes the trip with history, event and audit, holds added seats for waiting rides, and reads the
 * trip again. New prices apply to new rides only. After a change of car, agreed rides may be
 * cancelled without cost. FAULT_CONFLICT "has_passengers": stops change although the trip had a
 * ride, capacity drops below the load, or capacity changes while a ride takes the whole car.
 * Otherwise the errors of trip_create() for the changed parts. */
bool trip_edit_end(struct change *change, const struct trip_edit *edit, struct db_rows *rows,
                   struct trip *out, struct fault *fault) MUST_CHECK;
