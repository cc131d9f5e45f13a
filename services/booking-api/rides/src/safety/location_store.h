// SPDX-License-Identifier: MIT
/* SQL of car positions. */
#pragma once

#include "api/change.h"

#include "safety/safety.h"

/* Stores the position for the driver's current trip, from an hour before its departure until its
 * end, unless a newer one is stored; sets `location` to the stored one. FAULT_CONFLICT "too_early":
 * no such trip. */
bool location_store_put(struct db *tx, const struct uuid *tenant_id, const struct uuid *driver_id,
                        struct location *location, struct fault *fault) MUST_CHECK;
/* The position of a trip that is under way or ended at most an hour ago; a nil trip_id: none. */
bool location_store_find(struct db *db, const struct uuid *trip_id, struct location *out,
                         struct fault *fault) MUST_CHECK;
/* For db_batches_run(): positions are deleted an hour after their trip ended. */
extern const struct db_statement location_store_delete_old;
