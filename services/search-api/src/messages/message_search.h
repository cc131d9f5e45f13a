// SPDX-License-Identifier: MIT
/* A message_query in what was said: what is asked, and what was found.
 *
 * 1. vector_search_run(): where there are vectors, the documents that are nearest by their meaning.
 * 2. query_terms_read(): the query becomes terms with weights, on the loop, where the lexicon is.
 * 3. search_store: the best MESSAGE_RESULTS_MAX candidates, in one statement with the filters; and
 *    those of the nearest that fit them.
 * 4. rank_order(), and one ranking of both: in a thread of the work pool, with all that is seen_ids
 * of the page.
 */
#pragma once

#include "api/list.h"
#include "api/service.h"

#include "messages/rank.h"
#include "messages/seen_ids.h"
#include "messages/snippet.h"

enum {
    MESSAGE_QUERY_MAX = 1000,                    /* code points */
    MESSAGE_RESULTS_MAX = QUERY_TERMS_CANDIDATES /* all pages of a message_query show no more */
};

enum search_mode { SEARCH_HYBRID, SEARCH_VECTOR, SEARCH_TEXT };
extern const char *const search_mode_names[];

struct message_query {
    struct slice query;
    struct slice bot; /* absent: of all, as everything below */
    int64_t chat_id;
    int64_t user_id;
    int64_t from; /* not before */
    int64_t to;   /* before */
    int language;
    int mode; /* -1: the best there is */
    bool prefix;
    int64_t limit;
    struct slice cursor;
};

struct message_hit {
    int64_t number; /* of the document, in this database */
    double score;   /* of the best that was found, 1 */
    /* Its place now, from 1; FIELD_ABSENT: it was not found so. */
    int64_t text_rank;
    int64_t vector_rank;
    struct slice id;
    struct slice bot;
    int64_t chat_id;
    int64_t user_id;
    int64_t sent_at;
    struct snippet snippet;
};

/* What was found, with all its memory. */
struct message_results {
    const struct message_hit *hits; /* of the page */
    size_t count;
    bool more;
    enum search_mode mode;    /* by what was searched */
    const char *missing;      /* of the vectors: `reason` of struct vector_search */
    struct seen_ids seen_ids; /* where there is more: by this page and those before it */
    bool newest_alone;        /* its words are too common to look through older documents */
    bool phrase_missed;       /* nothing has the phrases; these are without them */
    const struct query_terms *query_terms; /* what was looked for, rewrites among it */
    /* What was made of the query by what all tenants have said is seen_ids where this tenant's
     * documents have it too. */
    const bool *has_rewrite;  /* for each rewrite; NULL: nothing was found */
    const struct slice *said; /* for each term that was not asked for, a word that has it, as it
                                 stands in the best document; absent: no document has it */
};

struct semaphore;
struct message_search;
struct lexicon_updater;
struct vector_search_sources;

/* Where it is searched. Borrowed. */
struct message_search_sources {
    const struct service *service;
    const struct lexicon_updater *lexicon_updater;
    const struct vector_search_sources *vector_search;
};

/* The best of `asked` that was not `seen_ids` yet. Returns new; NULL with a fault: "overloaded", or
 * as the database. In a fiber. */
struct message_search *
message_search_run(struct semaphore *semaphore, const struct message_search_sources *sources,
                   const struct uuid *tenant_id, const struct message_query *asked,
                   const struct seen_ids *seen_ids, struct fault *fault) MUST_CHECK;
void message_search_destroy(struct message_search *message_search);
/* Borrowed. */
const struct message_results *message_search_results(const struct message_search *message_search);
