// SPDX-License-Identifier: MIT
/* SQL of where cars are. */
#pragma once

#include "api/change.h"

#include "safety/safety.h"

/* Keeps the point for the trip on which the driver is, from an hour before its departure until its
 * end, unless a newer one is kept; `location` becomes the one that is. FAULT_CONFLICT "too_early":
 * there is no such trip. */
bool location_store_put(struct db *tx, const struct uuid *tenant_id, const struct uuid *driver_id,
                        struct location *location, struct fault *fault) MUST_CHECK;
/* The point of a trip that is under way or ended at most an hour ago; a nil trip_id: none. */
bool location_store_find(struct db *db, const struct uuid *trip_id, struct location *out,
                         struct fault *fault) MUST_CHECK;
/* Deletes those of trips that ended over an hour ago, at most `most`. */
bool location_store_forget(struct db *tx, int64_t most, int64_t *deleted,
                           struct fault *fault) MUST_CHECK;
