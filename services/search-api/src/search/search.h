// SPDX-License-Identifier: MIT
/* A search in what was said: what is asked, and what was found.
 *
 * 1. nearby_find(): where there are vectors, the documents that are nearest by their meaning.
 * 2. wanted_read(): the query becomes terms with weights, on the loop, where the lexicon is.
 * 3. search_store: the best SEARCH_FOUND_MAX candidates, in one statement with the filters; and
 *    those of the nearest that fit them.
 * 4. rank_order(), and one ranking of both: in a thread of the work pool, with all that is shown of
 *    the page.
 */
#pragma once

#include "api/list.h"
#include "api/service.h"

#include "rank/rank.h"
#include "rank/snippet.h"
#include "search/shown.h"

enum {
    SEARCH_QUERY_MAX = 1000,             /* code points */
    SEARCH_FOUND_MAX = WANTED_CANDIDATES /* all pages of a search show no more */
};

enum search_mode { SEARCH_HYBRID, SEARCH_VECTOR, SEARCH_TEXT };
extern const char *const search_mode_names[];

struct search {
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

struct search_hit {
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
struct search_found {
    const struct search_hit *hits; /* of the page */
    size_t count;
    bool more;
    enum search_mode mode;       /* by what was searched */
    const char *missing;         /* of the vectors: `reason` of struct nearby */
    struct shown shown;          /* where there is more: by this page and those before it */
    bool newest_alone;           /* its words are too common to look through older documents */
    bool phrase_missed;          /* nothing has the phrases; these are without them */
    const struct wanted *wanted; /* what was looked for, rewrites among it */
    /* What was made of the query by what all tenants have said is shown where this tenant's
     * documents have it too. */
    const bool *has_rewrite;  /* for each rewrite; NULL: nothing was found */
    const struct slice *said; /* for each term that was not asked for, a word that has it, as it
                                 stands in the best document; absent: no document has it */
};

struct desk;
struct hunt;
struct learner;
struct nearby_sources;

/* Where it is searched. Borrowed. */
struct hunt_sources {
    const struct service *service;
    const struct learner *learner;
    const struct nearby_sources *nearby;
};

/* The best of `asked` that was not `shown` yet. Returns new; NULL with a fault: "overloaded", or as
 * the database. In a fiber. */
struct hunt *hunt_run(struct desk *desk, const struct hunt_sources *sources,
                      const struct uuid *tenant_id, const struct search *asked,
                      const struct shown *shown, struct fault *fault) MUST_CHECK;
void hunt_destroy(struct hunt *hunt);
/* Borrowed. */
const struct search_found *hunt_found(const struct hunt *hunt);
