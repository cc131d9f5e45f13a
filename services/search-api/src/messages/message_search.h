// SPDX-License-Identifier: MIT
/* A search for messages.
 *
 * 1. vector_search_run(): if there are vectors, the documents nearest to the query.
 * 2. query_terms_read(): the query becomes weighted terms, on the loop, where the lexicon is.
 * 3. message_search_store: the best MESSAGE_RESULTS_MAX candidates, in one statement with the
 *    filters; and the nearest documents that match the filters.
 * 4. rank_order() and the fusion of both rankings, in a thread of the work pool, which also makes
 *    the page.
 */
#pragma once

#include "api/list.h"
#include "api/service.h"

#include "messages/rank.h"
#include "messages/seen_ids.h"
#include "messages/snippet.h"

enum {
    MESSAGE_QUERY_MAX = 1000,                    /* code points */
    MESSAGE_RESULTS_MAX = QUERY_TERMS_CANDIDATES /* of all pages of a search */
};

enum search_mode { SEARCH_HYBRID, SEARCH_VECTOR, SEARCH_TEXT };
extern const char *const search_mode_names[];

struct message_query {
    struct slice query;
    struct slice bot; /* absent: no filter, as in all members below */
    int64_t chat_id;
    int64_t user_id;
    int64_t from; /* inclusive */
    int64_t to;   /* exclusive */
    int language;
    int mode; /* -1: the best available */
    bool prefix;
    int64_t limit;
    struct slice cursor;
};

struct message_hit {
    int64_t number; /* of the document, in this database */
    double score;   /* relative to the best result, which has 1 */
    /* The position in each ranking, from 1; FIELD_ABSENT: not in it. */
    int64_t text_rank;
    int64_t vector_rank;
    struct slice id;
    struct slice bot;
    int64_t chat_id;
    int64_t user_id;
    int64_t sent_at;
    struct snippet snippet;
};

/* The results, with all their memory. */
struct message_results {
    const struct message_hit *hits; /* of the page */
    size_t count;
    bool more;
    enum search_mode mode; /* the mode used */
    const char *missing;   /* `reason` of struct vector_search: why vectors were not used, or not
                            * all */
    struct seen_ids seen;  /* if there is more: the ids of this page and the previous ones */
    bool newest_only;      /* the words are so common that only the newest documents were
                            * searched */
    bool phrase_missed;    /* no document has the phrases; the results lack them */
    const struct query_terms *query_terms; /* the terms of the query, with its rewrites */
    /* Rewrites and fuzzy matches come from documents of all tenants, so the answer reports only
     * those that a document of this tenant confirms. */
    const bool *has_rewrite;     /* for each rewrite; NULL: no results */
    const struct slice *matches; /* for each term that is a fuzzy match, the word in the best
                                  * document that has it; absent: no document has it */
};

struct semaphore;
struct message_search;
struct lexicon_updater;
struct vector_search_sources;

/* Where to search. Borrowed. */
struct message_search_sources {
    const struct service *service;
    const struct lexicon_updater *lexicon_updater;
    const struct vector_search_sources *vectors;
};

/* Finds the best results of `request` that are not in `seen`. Returns new; NULL with a fault:
 * "overloaded", or as the database. In a fiber. */
struct message_search *
message_search_run(struct semaphore *semaphore, const struct message_search_sources *sources,
                   const struct uuid *tenant_id, const struct message_query *request,
                   const struct seen_ids *seen, struct fault *fault) MUST_CHECK;
void message_search_destroy(struct message_search *search);
/* Borrowed. */
const struct message_results *message_search_results(const struct message_search *search);
