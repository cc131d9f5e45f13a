// SPDX-License-Identifier: MIT
/* SQL of the links to rides. */
#pragma once

#include "api/change.h"
#include "base/digest.h"

#include "safety/safety.h"

/* A new link of the ride, which is locked; its oldest ends where there are SHARE_LINKS_MAX. */
bool share_store_add(struct db *tx, const struct ride *ride, const struct uuid *id,
                     const uint8_t hash[DIGEST_SHA256_LEN], struct fault *fault) MUST_CHECK;
/* Ends all links of the ride: their ids are the first column of `ended`. */
bool share_store_end(struct db *tx, const struct uuid *ride_id, struct db_rows *ended,
                     struct fault *fault) MUST_CHECK;
/* The ride whose link has this hash; FAULT_NOT_FOUND: no link has, or it has ended. */
bool share_store_find(struct db *db, const uint8_t hash[DIGEST_SHA256_LEN], struct uuid *tenant_id,
                      struct uuid *ride_id, struct fault *fault) MUST_CHECK;
