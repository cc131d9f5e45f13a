// SPDX-License-Identifier: MIT
/* Who never meets again: after one star, from either side, a passenger is shown no trip of that
 * driver. It is known by the passenger's Telegram account; a search says the same in its SQL
 * (trips/trip_search_store.c). */
#pragma once

#include "db/query.h"

#include "rides/ride.h"

/* FIELD_ABSENT as `telegram_id`: nobody is avoided. */
bool ride_avoids(struct db *db, const struct uuid *tenant_id, const struct uuid *driver_id,
                 int64_t telegram_id, bool *avoids, struct fault *fault) MUST_CHECK;

/* May the caller not see the ride? Who may by ride_visible(), but is a driver whom the passenger of
 * the open ride avoids, may not. */
bool ride_hidden(struct db *db, const struct ride *ride, const struct api_caller *caller,
                 bool *hidden, struct fault *fault) MUST_CHECK;
