// SPDX-License-Identifier: MIT
/* The documents that are nearest to a query by their meaning. Words answer without them, so nothing
 * here fails: what cannot be asked is told by a reason. */
#pragma once

#include "messages/message_search.h"

struct semaphore;
struct embedder;
struct synchroniser;
struct loop;

/* Embedder or synchroniser NULL: there are no vectors. Borrowed. */
struct vector_search_sources {
    struct semaphore *semaphore; /* of VECTOR_SEARCH_SEATS */
    const struct loop *loop;
    struct embedder *embedder;         /* makes the query's vector */
    struct synchroniser *synchroniser; /* has those of the documents */
};

enum {
    VECTOR_SEARCH_MAX = 100,
    VECTOR_SEARCH_SEATS =
        8 /* as many as ask the endpoint at once: others wait, and do not go without */
};

struct vector_search {
    bool asked;         /* `numbers` are the nearest there are */
    const char *reason; /* static: why not, or why some may be missing; NULL: neither */
    int64_t numbers[VECTOR_SEARCH_MAX]; /* of documents, the nearest first; a filter may have let
                                    through what does not fit */
    size_t count;
};

/* Waits for the embeddings endpoint, at most EMBEDDER_QUERY_MS, and for a look through the vectors.
 * In a fiber. */
void vector_search_run(const struct vector_search_sources *sources, const struct uuid *tenant_id,
                       const struct message_query *asked, struct vector_search *out);
