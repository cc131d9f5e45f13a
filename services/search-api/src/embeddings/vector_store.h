// SPDX-License-Identifier: MIT
/* SQL of vectors: `document_vector`, due documents (`vector_due`), and the budget
 * (`embedding_work`, `embedding_use`). Triggers insert due rows for new and edited documents, in
 * the transaction that writes the document (schema/0007-vectors.sql). */
#pragma once

#include "base/uuid.h"
#include "db/transaction.h"

#include "embeddings/budget.h"

enum {
    VECTORS_WRITTEN_MAX = 64, /* in one write */
    VECTOR_CLAIM_BYTES = 64 * 1024
};

/* Takes or renews the lease, by which one instance at a time makes vectors, for `seconds` or until
 * vector_store_charge_texts() returns it. If `granted`, `texts` is the number of texts sent in this
 * minute. */
bool vector_store_take_lease(struct db *tx, const struct uuid *who, int64_t seconds, bool *granted,
                             int64_t *texts, struct fault *fault) MUST_CHECK;
/* Adds texts to the number sent in this minute. `done` returns the lease. */
bool vector_store_charge_texts(struct db *tx, const struct uuid *who, int64_t texts, bool done,
                               struct fault *fault) MUST_CHECK;

/* Adds tokens to those that tenants have used today (UTC); negative numbers return unused ones. At
 * most VECTORS_WRITTEN_MAX; a tenant may occur more than once. */
struct vector_spent {
    struct uuid tenant_id;
    int64_t tokens;
};
bool vector_store_add_tokens(struct db *tx, const struct vector_spent *list, size_t count,
                             struct fault *fault) MUST_CHECK;
/* Reads `used` and `tenants` of the budget. */
bool vector_store_read_budget(struct db *db, struct budget *budget, struct fault *fault) MUST_CHECK;
/* Reads the tokens used today (UTC), by all tenants and by this one. */
bool vector_store_read_tokens(struct db *db, const struct uuid *tenant_id, int64_t *all,
                              int64_t *own, struct fault *fault) MUST_CHECK;

/* Inserts documents without a vector of the generation into `vector_due`, the newest numbers first,
 * at most `limit`, in a transaction of its own. `more`: further ones remain. */
bool vector_store_queue_documents(struct db_pool *pool, int64_t generation, int64_t limit,
                                  bool *more, struct fault *fault) MUST_CHECK;

/* Reads due documents, which wait for a vector: tenants take turns, each with its newest document;
 * those with an exhausted budget come last. At most `limit`, within VECTOR_CLAIM_BYTES but at least
 * one. */
struct vector_due {
    int64_t number;
    int64_t words;
    struct slice text;
    struct slice hash;
    struct slice vector; /* of another document with the same text; absent: none */
    bool truncated;
    struct uuid tenant_id;
    int64_t used; /* tokens of the tenant today */
};
bool vector_store_list_due(struct db *tx, int64_t generation, int64_t limit,
                           const struct budget *budget, struct db_rows *rows,
                           struct fault *fault) MUST_CHECK;
/* Reads a row of due documents. Call it once per row, because reading bytes changes the row.
 * Borrowed from the rows. */
void vector_store_read_due(struct db_rows *rows, int row, struct vector_due *out);

/* Removes documents from those due, with a vector or, if they need none, without. A document whose
 * text has changed or is being changed stays due. */
struct vector_made {
    int64_t number;
    struct slice hash;
    struct slice vector; /* absent: none */
    bool truncated;
};
bool vector_store_write_vectors(struct db *tx, int64_t generation, const struct vector_made *list,
                                size_t count, struct fault *fault) MUST_CHECK;

/* Postpones due documents whose text the endpoint has refused: the next attempt is after one hour,
 * then after two; after the third refusal they are no longer due. At most VECTORS_WRITTEN_MAX. */
bool vector_store_postpone_refused(struct db *tx, int64_t generation, const int64_t *numbers,
                                   size_t count, struct fault *fault) MUST_CHECK;

/* Counts due documents of the generation, at most `limit`. */
bool vector_store_count_due(struct db *db, int64_t generation, int64_t limit, int64_t *count,
                            struct fault *fault) MUST_CHECK;
