// SPDX-License-Identifier: MIT
/* Finding the ride of a safety action. */
#pragma once

#include "api/change.h"

#include "safety/safety.h"

/* Locks the trip, then the ride, if the caller may see it; else FAULT_NOT_FOUND. Text is borrowed
 * from `rows`. */
bool safety_ride_lock(struct change *change, const struct uuid *id, struct db_rows *rows,
                      struct ride *out, struct fault *fault) MUST_CHECK;
/* The same if the caller may take `action` now; else the error of transition_check(). */
bool safety_ride_lock_for(struct change *change, const struct uuid *id, enum ride_action action,
                          struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;
/* The same without locks, for actions that a later step of the ride does not invalidate. */
bool safety_ride_find_for(struct change *change, const struct uuid *id, enum ride_action action,
                          struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;
