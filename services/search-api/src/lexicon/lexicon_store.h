// SPDX-License-Identifier: MIT
/* SQL that reads documents for the lexicon. */
#pragma once

#include "db/query.h"

/* A cursor among the changes of a table. Zeroed: before the first change. */
struct lexicon_cursor {
    int64_t tx;     /* the transaction of the change */
    int64_t number; /* number of the changed row */
};

/* A lexicon, and the cursors up to which it has counted the tables of documents and of tombstones.
 */
struct lexicon_state {
    struct lexicon *lexicon; /* NULL: none */
    struct lexicon_cursor cursor;
    struct lexicon_cursor deleted;
    /* The cursor of the snapshot from which the count continued. Zeroed: the count began with an
     * empty lexicon. */
    struct lexicon_cursor base;
    int64_t settled;  /* all transactions with a lower number had ended when the count began; 0: the
                       * count has not begun */
    int64_t erasures; /* document_store_read_erasure_count() before the count began */
    uint64_t changed; /* documents that were changed or deleted after they had been counted */
};

struct lexicon_row {
    struct lexicon_cursor cursor;
    struct lexicon_cursor made; /* the transaction that inserted the row, and the row's number */
    struct slice text;          /* borrowed from the rows */
    int64_t settled; /* all transactions with a lower number had ended when the row was read */
};

enum { LEXICON_ROWS_MAX = 1000, LEXICON_BYTES_MAX = 64 * 1024 /* bytes of texts */ };

/* Reads documents that were inserted or changed after the cursor, in the order of (tx, number): at
 * most LEXICON_ROWS_MAX with LEXICON_BYTES_MAX of text together, but at least one. Omits rows of a
 * transaction while a transaction with a lower number may still be running (api/feed.h, the
 * commit-order rule). */
bool lexicon_store_list_changed_documents(struct db *db, const struct lexicon_cursor *after,
                                          struct db_rows *rows, struct fault *fault) MUST_CHECK;
void lexicon_store_read_row(const struct db_rows *rows, int row, struct lexicon_row *out);

/* Counts documents deleted after the cursor, at most `limit`, and advances the cursor. */
bool lexicon_store_count_deleted(struct db *db, int64_t limit, struct lexicon_cursor *cursor,
                                 int64_t *count, struct fault *fault) MUST_CHECK;
