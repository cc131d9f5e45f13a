// SPDX-License-Identifier: MIT
/* SQL of links to rides. */
#pragma once

#include "api/change.h"
#include "base/digest.h"

#include "safety/safety.h"

/* Inserts a link of the locked ride. Ends the oldest if there are SHARE_LINKS_MAX. */
bool share_store_add(struct db *tx, const struct ride *ride, const struct uuid *id,
                     const uint8_t hash[DIGEST_SHA256_LEN], struct fault *fault) MUST_CHECK;
/* Ends all links of the ride. Their ids are the first column of `ended`. */
bool share_store_end(struct db *tx, const struct uuid *ride_id, struct db_rows *ended,
                     struct fault *fault) MUST_CHECK;
/* Finds the ride by the hash of its link. FAULT_NOT_FOUND: unknown or ended. */
bool share_store_find(struct db *db, const uint8_t hash[DIGEST_SHA256_LEN], struct uuid *tenant_id,
                      struct uuid *ride_id, struct fault *fault) MUST_CHECK;
