// SPDX-License-Identifier: MIT
/* SQL of the cleanup of the table `document_tombstone`. */
#pragma once

#include "db/query.h"

enum { TOMBSTONE_PAGE_MAX = 500 };

/* A cursor among tombstones by age. Zeroed: before the oldest. */
struct tombstone_cursor {
    int64_t deleted_at;
    int64_t number;
};

/* Checks the next TOMBSTONE_PAGE_MAX tombstones after the cursor that are at least 90 days old and
 * that every reader of the table can have read. Deletes them, but keeps those whose message
 * bot-gateway still has; `fed`: bot-gateway's tables exist. `next` is the cursor of the last one;
 * zeroed: there are no more. */
bool tombstone_store_clean(struct db *tx, bool fed, const struct tombstone_cursor *after,
                           struct tombstone_cursor *next, int64_t *deleted,
                           struct fault *fault) MUST_CHECK;
