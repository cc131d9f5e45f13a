// SPDX-License-Identifier: MIT
/* SQL of seasons: the rules in the apartment's row, and table apartment_night, which has the rules
 * applied to each night, for searches. */
#pragma once

#include "apartments/apartment.h"
#include "prices/rate.h"

/* Reads an apartment, but only its seasons, owner_id, is_active and version. FAULT_NOT_FOUND
 * "not_found". */
bool rate_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct apartment *out, struct fault *fault) MUST_CHECK;

/* Writes seasons and nights of a locked apartment; sets version and updated_at as stored. `now_us`
 * is the transaction's now(). */
bool rate_store_update(struct db *tx, int64_t now_us, struct arena *arena,
                       struct apartment *apartment, struct fault *fault) MUST_CHECK;

/* Replaces the nights of the apartment. `apartment` must have prices, seasons and local time. */
bool rate_store_write_nights(struct db *tx, const struct apartment *apartment,
                             struct fault *fault) MUST_CHECK;
