// SPDX-License-Identifier: MIT
/* SQL of vectors: `document_vector`, due documents (`vector_due`), and the budget
 * (`embedding_work`, `embedding_use`). Triggers insert due rows for new and edited documents, in
 * the transaction that writes the document (schema/0007-vectors.sql). */
#pragma once

#include "base/uuid.h"
#include "db/transaction.h"

#include "embeddings/budget.h"

enum {
    VECTORS_WRITTEN_MAX = 64,      /* documents or tenants in one write, at most */
    VECTOR_CLAIM_BYTES = 64 * 1024 /* texts of due documents read at once */
};

/* Takes or renews the lease, which lets only this instance make vectors, for `seconds` or until
 * vector_store_charge_texts() ends it. If `granted`, `texts_in_minute` is the number of texts sent
 * in this minute. */
bool vector_store_take_lease(struct db *tx, const struct uuid *instance, int64_t seconds,
                             bool *granted, int64_t *texts_in_minute,
                             struct fault *fault) MUST_CHECK;
/* Adds texts to the number sent in this minute. With `ends_lease`, also ends the lease. */
bool vector_store_charge_texts(struct db *tx, const struct uuid *instance, int64_t texts,
                               bool ends_lease, struct fault *fault) MUST_CHECK;

struct vector_spent {
    struct uuid tenant_id;
    int64_t tokens; /* negative: charged before, but not used */
};
/* Adds tokens to those that tenants have used today (UTC). At most VECTORS_WRITTEN_MAX items; a
 * tenant may occur more than once. */
bool vector_store_add_used_tokens(struct db *tx, const struct vector_spent *list, size_t count,
                                  struct fault *fault) MUST_CHECK;
/* Reads `used` and `tenants` of the budget. */
bool vector_store_read_budget(struct db *db, struct budget *budget, struct fault *fault) MUST_CHECK;
/* Reads the tokens used today (UTC), by all tenants and by this tenant. */
bool vector_store_read_used_tokens(struct db *db, const struct uuid *tenant_id,
                                   int64_t *used_by_all, int64_t *used_by_tenant,
                                   struct fault *fault) MUST_CHECK;

/* Reads the next `limit` documents below generation.queued_below, the newest first, and inserts
 * those without a vector of the generation into `vector_due`. Runs its own transaction.
 * `queued_below`: the new value; 0: all documents are queued. It stays above the highest document
 * that another transaction is deleting; call the function again when that transaction has ended. */
bool vector_store_queue_documents(struct db_pool *pool, int64_t generation, int64_t limit,
                                  int64_t *queued_below, struct fault *fault) MUST_CHECK;

/* A due document, which waits for a vector. */
struct vector_due {
    int64_t number;
    int64_t words;
    struct slice text;
    struct slice hash;   /* hash of the text */
    struct slice vector; /* that of another document with the same text; absent: none */
    bool truncated;      /* `vector` is of the beginning of the text only */
    struct uuid tenant_id;
    int64_t used; /* tokens that the tenant has used today */
};
/* Reads due documents. Tenants take turns, each with its newest document; tenants with an exhausted
 * budget come last. At most `limit` documents, with at most VECTOR_CLAIM_BYTES of text but at least
 * one. */
bool vector_store_list_due(struct db *tx, int64_t generation, int64_t limit,
                           const struct budget *budget, struct db_rows *rows,
                           struct fault *fault) MUST_CHECK;
/* Reads a row of due documents; texts are borrowed from the rows. Must be called only once for each
 * row, because reading bytes changes the row. */
void vector_store_read_due_row(struct db_rows *rows, int row, struct vector_due *out);

struct vector_made {
    int64_t number;      /* number of the document */
    struct slice hash;   /* hash of its text */
    struct slice vector; /* absent: the document needs no vector */
    bool truncated;      /* `vector` is of the beginning of the text only */
};
/* Stores vectors of documents, which are then no longer due. A document whose text has changed or
 * is being changed stays due, and its vector is not stored. */
bool vector_store_write_vectors(struct db *tx, int64_t generation, const struct vector_made *list,
                                size_t count, struct fault *fault) MUST_CHECK;

/* Postpones due documents whose text the endpoint has refused: the second attempt is an hour later,
 * the third after two more hours; after the third refusal they are no longer due. At most
 * VECTORS_WRITTEN_MAX documents. */
bool vector_store_postpone_refused(struct db *tx, int64_t generation, const int64_t *numbers,
                                   size_t count, struct fault *fault) MUST_CHECK;

/* Counts due documents of the generation, at most `limit`. */
bool vector_store_count_due(struct db *db, int64_t generation, int64_t limit, int64_t *count,
                            struct fault *fault) MUST_CHECK;
/* Whether documents of the tenant are due for the generation. True too while older documents of any
 * tenant are not in the queue yet. */
bool vector_store_may_be_due(struct db *db, int64_t generation, const struct uuid *tenant_id,
                             bool *due, struct fault *fault) MUST_CHECK;
