// SPDX-License-Identifier: MIT
/* The vectors of one generation (one model, one number of dimensions), asked which are nearest to
 * that of a query. There are two kinds: in this process, and Qdrant.
 *
 * PostgreSQL is the truth: an index follows its table of vectors and may be behind it. A filter may
 * let through what does not fit, and never leaves out what does; so the caller reads the documents
 * of the hits from PostgreSQL, with tenant and every filter in SQL.
 *
 * Where an index fails, text search answers alone: its faults never reach who asked. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/uuid.h"

enum {
    VECTOR_DIMENSIONS_MAX = 4096, /* from 1 */
    VECTOR_HITS_MAX = 1000,
    VECTOR_ROWS_MAX = 256 /* put, or dropped, at once */
};

/* A row is of one tenant; a filter without one fits none. What is absent does not filter. */
struct vector_filter {
    struct uuid tenant_id;
    struct slice bot; /* .at NULL: absent */
    int64_t chat_id;  /* FIELD_ABSENT: absent, as the three below */
    int64_t user_id;
    int64_t from; /* sent not before, microseconds since 1970 */
    int64_t to;   /* sent before */
    int language; /* -1: absent */
};

/* A document with its vector; all is borrowed until the call returns. */
struct vector_row {
    int64_t number;   /* of the document in this database, from 1 */
    int64_t revision; /* grows with each change of the row: the transaction that wrote it */
    struct uuid tenant_id;
    struct slice bot; /* absent as in the filter: an absent one fits no filter that names one */
    int64_t chat_id;
    int64_t user_id;
    int64_t sent_at;
    int language;
    const int8_t *vector; /* as many as the index has dimensions; its length does not matter */
};

struct vector_hit {
    int64_t number;
    float similarity; /* the cosine: -1 to 1 */
};

/* What an index is good for now, without a wait. */
struct vector_index_state {
    bool usable;        /* false: nearest() would fail */
    int64_t count;      /* rows it holds, as far as it knows */
    int64_t left_until; /* rows of the tenant sent before it may be missing, for want of memory;
                           FIELD_ABSENT: none is */
    const char *reason; /* static, lower_snake_case, why it is not usable or not complete; NULL */
};

/* What each kind does. In a fiber, within the fiber's deadline; FAULT_UNAVAILABLE or FAULT_TIMEOUT,
 * whatever was wrong. A call that fails may have been done in part: puts and drops are repeated as
 * they were. */
struct vector_index_kind {
    const char *name; /* "embedded", "qdrant": as GET /v1/index tells it */

    /* The nearest rows that fit, the nearest first, of equal ones the newer number; at most `limit`
     * of VECTOR_HITS_MAX. `hits` has room for them. `vector` has any length but 0. An index that
     * is approximate (Qdrant's HNSW, among many rows) may miss some of them for others that are
     * less near; those it gives fit. */
    bool (*nearest)(void *self, const struct vector_filter *filter, const float *vector,
                    size_t limit, struct vector_hit *hits, size_t *count, struct fault *fault);

    /* Adds rows, or replaces those of the same number. Rows come in the order of their revisions;
     * a kind that keeps revisions also refuses, silently, to go back to an older one. True: all
     * that is asked from now on sees them. */
    bool (*put)(void *self, const struct vector_row *rows, size_t count, struct fault *fault);

    /* Takes rows away; numbers that it does not know are passed over. True: nothing that is asked
     * from now on sees them. */
    bool (*drop)(void *self, const int64_t *numbers, size_t count, struct fault *fault);

    /* How many rows fit, none left out and those let through by mistake counted; NULL: all. For
     * checks, not for each search. */
    bool (*count)(void *self, const struct vector_filter *filter, int64_t *out,
                  struct fault *fault);

    /* For a tenant, NULL: for all. Does not wait, needs no fiber. */
    void (*state)(const void *self, const struct uuid *tenant_id, struct vector_index_state *out);

    /* No call is under way or to come. In a fiber the loop serves others meanwhile. */
    void (*destroy)(void *self);
};

/* One of a kind. */
struct vector_index {
    const struct vector_index_kind *kind;
    void *self;
    size_t dimensions;
};
