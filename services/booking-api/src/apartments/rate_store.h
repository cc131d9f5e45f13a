// SPDX-License-Identifier: MIT
/* SQL of seasons. The rules are in the apartment's row. For searches, table apartment_night has the
 * result of the rules for each night. */
#pragma once

#include "apartments/apartment.h"
#include "prices/rate.h"

/* Reads an apartment, but only its seasons, owner_id, is_active and version. FAULT_NOT_FOUND
 * "not_found". */
bool rate_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct apartment *out, struct fault *fault) MUST_CHECK;

/* Writes the seasons of a locked apartment and its rows in table apartment_night; sets version and
 * updated_at as stored. */
bool rate_store_update(struct change *change, struct apartment *apartment,
                       struct fault *fault) MUST_CHECK;

/* Replaces the apartment's rows in table apartment_night. `apartment` must have prices, seasons and
 * local time. `first_or_null` is executed before that, in the same round trip. */
bool rate_store_replace_nights(struct db *tx, const struct apartment *apartment,
                               const struct db_call *first_or_null, struct fault *fault) MUST_CHECK;
