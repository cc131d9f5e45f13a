// SPDX-License-Identifier: MIT
#pragma once

#include "storage/history.h"
#include "storage/sqlite.h"

/* `checked_us` 0 deletes the key. */
bool key_store_put(struct sqlite *sqlite, const struct api_key_kept *key,
                   struct fault *fault) MUST_CHECK;
/* Deletes keys that were not looked up for API_KEY_AWAY_MS. */
bool key_store_prune(struct sqlite *sqlite, int64_t now_us, struct fault *fault) MUST_CHECK;
