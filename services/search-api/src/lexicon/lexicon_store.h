// SPDX-License-Identifier: MIT
/* SQL of what the lexicon is made of. */
#pragma once

#include "db/query.h"

/* A place among the changes of a table. Zeroed: before the first. */
struct lexicon_cursor {
    int64_t tx;
    int64_t number;
};

struct lexicon_row {
    struct lexicon_cursor place;
    struct lexicon_cursor made; /* the same number, with the transaction that inserted it */
    struct slice text;          /* borrowed from the rows */
    int64_t settled;            /* transactions before it had ended when the row was read */
};

enum { LEXICON_ROWS_MAX = 1000, LEXICON_BYTES_MAX = 64 * 1024 };

/* Documents that were inserted or changed behind the place, in the order of (tx, number): at most
 * LEXICON_ROWS_MAX, whose texts have LEXICON_BYTES_MAX together, or one. Those of transactions that
 * may still be overtaken are not seen yet (api/feed.h, the commit-order rule). */
bool lexicon_store_documents(struct db *db, const struct lexicon_cursor *after,
                             struct db_rows *rows, struct fault *fault) MUST_CHECK;
void lexicon_store_row(const struct db_rows *rows, int row, struct lexicon_row *out);

/* How many documents were deleted behind the place, at most `limit`; the place behind them. */
bool lexicon_store_deleted(struct db *db, int64_t limit, struct lexicon_cursor *place,
                           int64_t *count, struct fault *fault) MUST_CHECK;
