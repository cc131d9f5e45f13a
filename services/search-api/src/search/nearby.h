// SPDX-License-Identifier: MIT
/* The documents that are nearest to a query by their meaning. Words answer without them, so nothing
 * here fails: what cannot be asked is told by a reason. */
#pragma once

#include "search/search.h"

struct desk;
struct embedder;
struct follower;
struct loop;

/* Embedder or follower NULL: there are no vectors. Borrowed. */
struct nearby_sources {
    struct desk *desk; /* of NEARBY_SEATS */
    const struct loop *loop;
    struct embedder *embedder; /* makes the query's vector */
    struct follower *follower; /* has those of the documents */
};

enum {
    NEARBY_MAX = 100,
    NEARBY_SEATS = 8 /* as many as ask the endpoint at once: others wait, and do not go without */
};

struct nearby {
    bool asked;                  /* `numbers` are the nearest there are */
    const char *reason;          /* static: why not, or why some may be missing; NULL: neither */
    int64_t numbers[NEARBY_MAX]; /* of documents, the nearest first; a filter may have let through
                                    what does not fit */
    size_t count;
};

/* Waits for the embeddings endpoint, at most EMBEDDER_QUERY_MS, and for a look through the vectors.
 * In a fiber. */
void nearby_find(const struct nearby_sources *sources, const struct uuid *tenant_id,
                 const struct search *asked, struct nearby *out);
