// SPDX-License-Identifier: MIT
/* A search for messages.
 *
 * 1. vector_search_run(): if there are vectors, the documents nearest to the query.
 * 2. query_terms_from_query(): the query becomes weighted terms, on the loop, where the lexicon is.
 * 3. message_search_store: the best MESSAGE_RESULTS_MAX candidates, in one statement with the
 *    filters; and the nearest documents that match the filters.
 * 4. rank_candidates() and the fusion of both rankings, in a thread of the work pool, which also
 * makes the page.
 */
#pragma once

#include "api/service.h"

#include "messages/message_query.h"
#include "messages/seen_ids.h"

/* The results of a search. Their memory belongs to the struct message_search. */
struct message_results {
    const struct message_hit *hits; /* hits of the page */
    size_t count;
    bool more;
    enum search_mode mode; /* the mode used */
    const char *missing;   /* `reason` of struct vector_search: why no vectors were used, or why
                            * some may be missing; NULL: complete */
    struct seen_ids seen;  /* if `more`: the ids of this page and the previous pages */
    bool newest_only;      /* the words that were found, or those of the phrases, are so common that
                            * only the newest documents were searched */
    bool phrase_missed;    /* no document has the phrases, so they were ignored */
    const struct query_terms *query_terms; /* the terms of the query, with its rewrites */
    /* Rewrites and fuzzy matches come from documents of all tenants, so the answer reports only
     * those that a document of this tenant confirms. */
    const bool *has_rewrite;     /* for each rewrite, whether it is confirmed; NULL: no results */
    const struct slice *matches; /* for each term that is a fuzzy match, the word in the best
                                  * document with the term; absent: no document has the term */
};

struct message_search;
struct search_app;

/* Finds the best results of `request` that are not in `seen`. Returns new; NULL with a fault:
 * FAULT_UNAVAILABLE "overloaded", or a fault of the database. Must run in a fiber. */
struct message_search *message_search_run(const struct search_app *app,
                                          const struct message_query *request,
                                          const struct seen_ids *seen,
                                          struct fault *fault) MUST_CHECK;
void message_search_destroy(struct message_search *search);
/* The results, borrowed from the search. */
const struct message_results *message_search_results(const struct message_search *search);
