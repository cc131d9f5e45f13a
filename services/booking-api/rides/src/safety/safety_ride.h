// SPDX-License-Identifier: MIT
/* The ride that an action is about. */
#pragma once

#include "api/change.h"

#include "safety/safety.h"

/* The ride, with its trip locked before it, if the caller may see it; else FAULT_NOT_FOUND. Text is
 * borrowed from `rows`. */
bool safety_ride_lock(struct change *change, const struct uuid *id, struct db_rows *rows,
                      struct ride *out, struct fault *fault) MUST_CHECK;
/* The same for a caller who may take `action` now; else as move_judge(). */
bool safety_ride(struct change *change, const struct uuid *id, enum ride_action action,
                 struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;
/* The same without locks, for what a later step of the ride does not undo. */
bool safety_ride_read(struct change *change, const struct uuid *id, enum ride_action action,
                      struct db_rows *rows, struct ride *out, struct fault *fault) MUST_CHECK;
