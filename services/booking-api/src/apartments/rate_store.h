// SPDX-License-Identifier: MIT
/* SQL of seasons: the rules in the apartment's row, and the nights that searches read instead. */
#pragma once

#include "apartments/apartment.h"
#include "prices/rate.h"

/* Reads only rules, owner_id, is_active, version of an apartment. FAULT_NOT_FOUND "not_found". */
bool rate_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct apartment *out, struct fault *fault) MUST_CHECK;

/* Writes rules and nights of a locked apartment; sets version and updated_at. `now_us` is the
 * transaction's now(). */
bool rate_store_update(struct db *tx, int64_t now_us, struct arena *arena,
                       struct apartment *apartment, struct fault *fault) MUST_CHECK;

/* Writes the nights that follow from the rules. `apartment` must have prices, rules, local time. */
bool rate_store_write_nights(struct db *tx, const struct apartment *apartment,
                             struct fault *fault) MUST_CHECK;
