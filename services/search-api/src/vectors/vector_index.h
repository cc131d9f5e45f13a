// SPDX-License-Identifier: MIT
/* An index of the vectors of one generation (one model, one number of dimensions), which finds the
 * vectors nearest to a query's vector. There are two kinds: in this process, and in Qdrant.
 *
 * PostgreSQL is authoritative: an index is synchronised with the table `document_vector` and may
 * lag behind. A filter may return rows that do not match, but never omits a row that matches; so
 * the caller reads the documents of the hits from PostgreSQL, with tenant and all filters in SQL.
 *
 * If an index fails, the search answers by words; faults of an index never reach the client.
 */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/uuid.h"
#include "base/value.h"

enum {
    VECTOR_DIMENSIONS_MAX = 4096, /* the minimum is 1 */
    VECTOR_HITS_MAX = 1000,       /* hits of one search, at most */
    VECTOR_ROWS_MAX = 128         /* rows in one call of put() or drop(), at most */
};

/* Selects rows. Each row belongs to one tenant, and a filter always has a tenant. Absent members do
 * not filter. */
struct vector_filter {
    struct uuid tenant_id;
    struct slice bot; /* .at NULL: absent */
    int64_t chat_id;  /* this and the next three members: FIELD_ABSENT: absent */
    int64_t user_id;
    int64_t from; /* inclusive, microseconds since 1970 */
    int64_t to;   /* exclusive */
    int language; /* -1: absent */
};

/* A document with its vector. Pointers are borrowed during the call. */
struct vector_row {
    int64_t number;   /* number of the document in this database, from 1 */
    int64_t revision; /* the transaction that wrote the row; grows with each change */
    struct uuid tenant_id;
    /* Attributes, absent as in struct vector_filter. A row without an attribute matches no filter
     * that has it. */
    struct slice bot;
    int64_t chat_id;
    int64_t user_id;
    int64_t sent_at;
    int language;
    const int8_t *vector; /* `dimensions` of the index; its length must not be 0 */
};

/* The filter that selects rows with the same attributes, sent at any time. */
static inline struct vector_filter vector_filter_from_row(const struct vector_row *row)
{
    return (struct vector_filter){.tenant_id = row->tenant_id,
                                  .bot = row->bot,
                                  .chat_id = row->chat_id,
                                  .user_id = row->user_id,
                                  .from = FIELD_ABSENT,
                                  .to = FIELD_ABSENT,
                                  .language = row->language};
}

struct vector_hit {
    int64_t number;
    float similarity; /* the cosine: -1 to 1 */
};

/* The state of an index. */
struct vector_index_state {
    int64_t count;      /* rows in the index, as far as known */
    const char *reason; /* static, lower_snake_case: why it is unusable or incomplete; NULL: it is
                         * neither */
};

/* The operations of each kind of index. They must run in a fiber, and end by its deadline; any
 * failure is FAULT_UNAVAILABLE or FAULT_TIMEOUT. After a failure a part of the rows may be written:
 * the caller repeats the call unchanged. */
struct vector_index_kind {
    /* Finds the nearest rows that match, the nearest first, with equal similarity the higher number
     * first. Returns at most `limit` hits, which is at most VECTOR_HITS_MAX. `vector` must not be
     * all zeros. An approximate index (Qdrant's HNSW, with many rows) may miss some of the
     * nearest rows. */
    bool (*nearest)(void *self, const struct vector_filter *filter, const float *vector,
                    size_t limit, struct vector_hit *hits, size_t *count, struct fault *fault);

    /* Inserts rows, or replaces rows with the same numbers. Rows come in the order of revisions; an
     * index that stores revisions ignores a row older than the stored one, without a fault. On
     * success all later searches see the rows. */
    bool (*put)(void *self, const struct vector_row *rows, size_t count, struct fault *fault);

    /* Deletes rows, and ignores unknown numbers. On success no later search sees the rows. */
    bool (*drop)(void *self, const int64_t *numbers, size_t count, struct fault *fault);

    /* Counts all rows, which may take long. */
    bool (*count)(void *self, int64_t *out, struct fault *fault);

    /* Returns the state for a tenant or, with `tenant_id` NULL, for all tenants. Does not wait, and
     * needs no fiber. */
    void (*state)(const void *self, const struct uuid *tenant_id, struct vector_index_state *out);

    /* Frees the index, after all other calls have ended. Yields to the loop if called in a fiber.
     */
    void (*destroy)(void *self);
};

/* An index of any kind. */
struct vector_index {
    const struct vector_index_kind *kind;
    void *self;
};
