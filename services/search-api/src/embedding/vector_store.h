// SPDX-License-Identifier: MIT
/* SQL of vectors: `document_vector`, what is due (`vector_due`), and the budget
 * (`embedding_work`). What is due for new and edited documents is written by triggers, in the
 * transaction that writes the document (schema/0007-vectors.sql). */
#pragma once

#include "base/uuid.h"
#include "db/query.h"

enum {
    VECTOR_HASH_LEN = 16,
    VECTORS_WRITTEN_MAX = 64, /* at once */
    VECTOR_CLAIM_BYTES = 64 * 1024
};

/* What was used: of tokens today (UTC), of texts in this minute. */
struct vector_used {
    int64_t tokens;
    int64_t texts;
};

/* One copy at a time makes vectors: for `seconds`, or until it gives that back. `granted`: it may,
 * and `used` is set. */
bool vector_store_lease(struct db *tx, const struct uuid *who, int64_t seconds, bool *granted,
                        struct vector_used *used, struct fault *fault) MUST_CHECK;
/* Counts what was used; less than nothing gives back what was not. `done`: the lease ends. */
bool vector_store_charge(struct db *tx, const struct uuid *who, const struct vector_used *used,
                         bool done, struct fault *fault) MUST_CHECK;

/* Documents that are not in vector_due yet are put there, the newest numbers first, at most
 * `limit`; `more`: there are more of them. */
bool vector_store_queue(struct db *tx, int64_t generation, int64_t limit, bool *more,
                        struct fault *fault) MUST_CHECK;

/* What is due, the newest first: at most `limit`, or the first of VECTOR_CLAIM_BYTES. */
struct vector_due {
    int64_t number;
    int64_t words;
    struct slice text;
    struct slice hash;
    struct slice vector; /* of the same text of another document; absent: there is none */
    bool truncated;
};
bool vector_store_due(struct db *tx, int64_t generation, int64_t limit, struct db_rows *rows,
                      struct fault *fault) MUST_CHECK;
/* Once for each row. Borrowed from the rows. */
void vector_store_row(struct db_rows *rows, int row, struct vector_due *out);

/* What was due is done: with a vector, or without one where there is to be none. A document whose
 * text is another one by now, or is being changed, stays due. */
struct vector_made {
    int64_t number;
    struct slice hash;
    struct slice vector; /* absent: none */
    bool truncated;
};
bool vector_store_write(struct db *tx, int64_t generation, const struct vector_made *list,
                        size_t count, struct arena *arena, struct fault *fault) MUST_CHECK;

/* Texts that were refused are tried again in an hour, then in two; after the third time they are
 * not due any more. At most VECTORS_WRITTEN_MAX. */
bool vector_store_postpone(struct db *tx, int64_t generation, const int64_t *numbers, size_t count,
                           struct fault *fault) MUST_CHECK;

/* At most `limit` is counted. */
bool vector_store_due_count(struct db *db, int64_t generation, int64_t limit, int64_t *count,
                            struct fault *fault) MUST_CHECK;

/* Tokens of documents that were sent today (UTC). */
bool vector_store_tokens(struct db *db, int64_t *tokens, struct fault *fault) MUST_CHECK;
