// SPDX-License-Identifier: MIT
/* The documents nearest to a query by their vectors. Searches work without vectors, so nothing here
 * fails; `reason` says what was missing. */
#pragma once

#include "messages/message_query.h"

struct search_app;

enum {
    VECTOR_SEARCH_MAX = 100, /* documents found */
    VECTOR_SEARCH_SLOTS = 8  /* concurrent searches, as many as concurrent calls of the endpoint;
                              * further searches wait */
};

struct vector_search {
    bool answered;      /* `numbers` is valid */
    const char *reason; /* static: why there are no results, or why some may be missing; NULL:
                         * complete */
    int64_t numbers[VECTOR_SEARCH_MAX]; /* the nearest document first; some may not match the
                                         * filter */
    size_t count;
};

/* Finds the documents nearest to the query. Waits for the embeddings endpoint, at most
 * EMBEDDER_QUERY_MS, and for the index of vectors. Must run in a fiber. */
void vector_search_run(const struct search_app *app, const struct message_query *request,
                       struct vector_search *out);
