// SPDX-License-Identifier: MIT
/* Pairs that are not matched again: after a one-star rating from either side, the passenger is
 * shown no trip of that driver. Passengers are identified by their Telegram account. The search has
 * the same rule in its SQL (trips/trip_search_store.c). */
#pragma once

#include "db/query.h"

#include "rides/ride.h"

/* Is the pair excluded? With FIELD_ABSENT as `telegram_id`: no. */
bool ride_avoids(struct db *db, const struct uuid *tenant_id, const struct uuid *driver_id,
                 int64_t telegram_id, bool *avoids, struct fault *fault) MUST_CHECK;

/* Is the ride hidden from the caller? It is if ride_visible() is false, and for a driver excluded
 * by the open ride's passenger. */
bool ride_hidden(struct db *db, const struct ride *ride, const struct api_caller *caller,
                 bool *hidden, struct fault *fault) MUST_CHECK;
