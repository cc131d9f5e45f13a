// SPDX-License-Identifier: MIT
/* The documents nearest to a query by their vectors. Searches work without them, so nothing here
 * fails; `reason` says what was missing. */
#pragma once

#include "messages/message_query.h"

struct semaphore;
struct embedder;
struct synchroniser;
struct loop;

/* Where vectors come from. If `embedder` or `synchroniser` is NULL, there are no vectors. Borrowed.
 */
struct vector_search_sources {
    struct semaphore *semaphore; /* with VECTOR_SEARCH_SLOTS slots */
    const struct loop *loop;
    struct embedder *embedder;         /* makes the query's vector */
    struct synchroniser *synchroniser; /* has the vectors of documents */
};

enum {
    VECTOR_SEARCH_MAX = 100,
    VECTOR_SEARCH_SLOTS = 8 /* as many as concurrent calls of the endpoint; more requests wait */
};

struct vector_search {
    bool answered;      /* `numbers` is valid */
    const char *reason; /* static: why there are no results, or why some may be missing; NULL:
                         * complete */
    int64_t numbers[VECTOR_SEARCH_MAX]; /* of documents, the nearest first; the index may return
                                         * some that do not match the filter */
    size_t count;
};

/* Finds the documents nearest to the query. Waits for the embeddings endpoint, at most
 * EMBEDDER_QUERY_MS, and for the index of vectors. Must run in a fiber. */
void vector_search_run(const struct vector_search_sources *sources, const struct uuid *tenant_id,
                       const struct message_query *request, struct vector_search *out);
