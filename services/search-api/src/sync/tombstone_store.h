// SPDX-License-Identifier: MIT
/* SQL of forgetting what was deleted: the table `document_tombstone`. */
#pragma once

#include "db/query.h"

enum { TOMBSTONE_PAGE_MAX = 500 };

/* A place among tombstones by age. Zeroed: before the oldest. */
struct tombstone_cursor {
    int64_t deleted_at;
    int64_t number;
};

/* Tombstones of 90 days and older that every synchroniser of the table can have
 * seen. */
struct tombstone_page {
    struct tombstone_cursor last;
    size_t count;             /* that were looked at; TOMBSTONE_PAGE_MAX: perhaps there are more */
    struct db_value *numbers; /* of those that may go: bot-gateway does not tell that message */
    size_t old;
};
/* The next TOMBSTONE_PAGE_MAX behind the place; `fed`: bot-gateway's tables are there. */
bool tombstone_store_page(struct db *db, const struct tombstone_cursor *after, bool fed,
                          struct arena *arena, struct tombstone_page *out,
                          struct fault *fault) MUST_CHECK;
/* Forgets them, but for those that were deleted once more since. */
bool tombstone_store_delete(struct db *tx, const struct tombstone_page *page, int64_t *forgotten,
                            struct fault *fault) MUST_CHECK;
