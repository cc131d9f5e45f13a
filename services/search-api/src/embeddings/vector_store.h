// SPDX-License-Identifier: MIT
/* SQL of vectors: `document_vector`, what is due (`vector_due`), and the budget (`embedding_work`,
 * `embedding_use`). What is due for new and edited documents is written by triggers, in the
 * transaction that writes the document (schema/0007-vectors.sql). */
#pragma once

#include "base/uuid.h"
#include "db/query.h"

#include "embeddings/budget.h"

enum {
    VECTOR_HASH_LEN = 16,
    VECTORS_WRITTEN_MAX = 64, /* at once */
    VECTOR_CLAIM_BYTES = 64 * 1024
};

/* One copy at a time makes vectors: for `seconds`, or until it gives that back. `granted`: it may,
 * and `texts` were sent in this minute. */
bool vector_store_lease(struct db *tx, const struct uuid *who, int64_t seconds, bool *granted,
                        int64_t *texts, struct fault *fault) MUST_CHECK;
/* Counts texts of this minute. `done`: the lease ends. */
bool vector_store_charge(struct db *tx, const struct uuid *who, int64_t texts, bool done,
                         struct fault *fault) MUST_CHECK;

/* Counts tokens of today (UTC); less than nothing gives back what was not used. At most
 * VECTORS_WRITTEN_MAX; a tenant may stand there more than once. */
struct vector_spent {
    struct uuid tenant_id;
    int64_t tokens;
};
bool vector_store_spend(struct db *tx, const struct vector_spent *list, size_t count,
                        struct fault *fault) MUST_CHECK;
/* Sets `used` and `tenants`. */
bool vector_store_budget(struct db *db, struct budget *budget, struct fault *fault) MUST_CHECK;
/* Tokens of today (UTC): of all tenants, and of this one. */
bool vector_store_tokens(struct db *db, const struct uuid *tenant_id, int64_t *all, int64_t *own,
                         struct fault *fault) MUST_CHECK;

/* Documents that are not in vector_due yet are put there, the newest numbers first, at most
 * `limit`; `more`: there are more of them. */
bool vector_store_queue(struct db *tx, int64_t generation, int64_t limit, bool *more,
                        struct fault *fault) MUST_CHECK;

/* What is due: tenants take turns, each with its newest document; those with nothing left of the
 * budget come last. At most `limit`, or the first of VECTOR_CLAIM_BYTES. */
struct vector_due {
    int64_t number;
    int64_t words;
    struct slice text;
    struct slice hash;
    struct slice vector; /* of the same text of another document; absent: there is none */
    bool truncated;
    struct uuid tenant_id;
    int64_t used; /* tokens of the tenant today */
};
bool vector_store_due(struct db *tx, int64_t generation, int64_t limit, const struct budget *budget,
                      struct db_rows *rows, struct fault *fault) MUST_CHECK;
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
