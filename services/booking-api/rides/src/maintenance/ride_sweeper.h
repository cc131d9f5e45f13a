// SPDX-License-Identifier: MIT
/* The sweeper: time-driven changes in small transactions. Any number of instances may run it
 * concurrently. Readers evaluate deadlines themselves, and a writer expires the holds in its way,
 * so without the sweeper only events come late. */
#pragma once

#include "api/change.h"

enum { RIDE_SWEEP_BATCH = 50 };

/* Process all due trips, each in its own transaction, so that a failing trip does not block others;
 * `fault` is the first error. Run in a fiber.
 *
 * Expires overdue holds, requests and claimed payments, trip by trip, and assigns the freed seats
 * to waiting rides. */
bool ride_sweep_holds(struct api_changes *changes, struct db *db, struct fault *fault) MUST_CHECK;
/* Cancels trips that were not started, finishes those that arrived long ago. */
bool ride_sweep_trips(struct api_changes *changes, struct db *db, struct fault *fault) MUST_CHECK;

/* Process at most RIDE_SWEEP_BATCH rows in one transaction; `done`: their number.
 *
 * Expires overdue open rides. */
bool ride_sweep_open(struct change *change, int *done, struct fault *fault) MUST_CHECK;
/* Expires overdue offers. */
bool ride_sweep_offers(struct change *change, int *done, struct fault *fault) MUST_CHECK;
