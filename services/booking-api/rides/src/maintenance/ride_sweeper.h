// SPDX-License-Identifier: MIT
/* What the clock does, in small transactions; any number of copies may do it at once. Readers go by
 * the clock themselves, and a writer ends the holds that are in his way: without the sweeper others
 * only hear of it late. */
#pragma once

#include "api/change.h"

enum { RIDE_SWEEP_BATCH = 50 };

/* Each a transaction of its own, so that a trip for which it cannot be done holds up no other;
 * `fault` is the first one's. In a fiber.
 *
 * Holds, requests and claimed payments whose time has run out become `expired`, trip by trip. What
 * they took is held for who waits. */
bool ride_sweep_holds(struct api_changes *changes, struct db *db, struct fault *fault) MUST_CHECK;
/* Trips that were not started are cancelled, those that have arrived long ago are finished. */
bool ride_sweep_trips(struct api_changes *changes, struct db *db, struct fault *fault) MUST_CHECK;

/* At most RIDE_SWEEP_BATCH in one transaction; `done`: how many.
 *
 * Open rides whose time has run out become `expired`. */
bool ride_sweep_open(struct change *change, int *done, struct fault *fault) MUST_CHECK;
/* Offers likewise. */
bool ride_sweep_offers(struct change *change, int *done, struct fault *fault) MUST_CHECK;
/* Rides that ended REVEAL_KEPT_DAYS ago lose their people. */
bool ride_sweep_blank(struct change *change, int *done, struct fault *fault) MUST_CHECK;
/* Points of cars whose trips ended an hour ago are deleted. */
bool ride_sweep_locations(struct change *change, int *done, struct fault *fault) MUST_CHECK;
