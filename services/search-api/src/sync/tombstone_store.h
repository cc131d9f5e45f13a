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

/* Tombstones of at least 90 days that every consumer of the table can have read. */
struct tombstone_page {
    struct tombstone_cursor last;
    size_t count;             /* tombstones checked; TOMBSTONE_PAGE_MAX: there may be more */
    struct db_value *numbers; /* deletable ones: bot-gateway does not have the message */
    size_t deletable;
};
/* Reads the next TOMBSTONE_PAGE_MAX tombstones after the cursor. `fed`: bot-gateway's tables exist.
 */
bool tombstone_store_read_page(struct db *db, const struct tombstone_cursor *after, bool fed,
                               struct arena *arena, struct tombstone_page *out,
                               struct fault *fault) MUST_CHECK;
/* Deletes the deletable tombstones of the page, except those that another deletion has renewed. */
bool tombstone_store_delete_page(struct db *tx, const struct tombstone_page *page, int64_t *deleted,
                                 struct fault *fault) MUST_CHECK;
