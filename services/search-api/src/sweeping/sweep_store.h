// SPDX-License-Identifier: MIT
/* SQL of forgetting what was deleted: the table `document_tombstone`. */
#pragma once

#include "db/query.h"

enum { SWEEP_MAX = 500 };

/* A place among tombstones by age. Zeroed: before the oldest. */
struct sweep_place {
    int64_t deleted_at;
    int64_t number;
};

/* Tombstones of 90 days and older that every follower of the table can have
 * seen. */
struct sweep_page {
    struct sweep_place last;
    size_t count;             /* that were looked at; SWEEP_MAX: perhaps there are more */
    struct db_value *numbers; /* of those that may go: bot-gateway does not tell that message */
    size_t old;
};
/* The next SWEEP_MAX behind the place; `fed`: bot-gateway's tables are there. */
bool sweep_store_page(struct db *db, const struct sweep_place *after, bool fed, struct arena *arena,
                      struct sweep_page *out, struct fault *fault) MUST_CHECK;
/* Forgets them, but for those that were deleted once more since. */
bool sweep_store_forget(struct db *tx, const struct sweep_page *page, int64_t *forgotten,
                        struct fault *fault) MUST_CHECK;
