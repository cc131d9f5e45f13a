// SPDX-License-Identifier: MIT
/* The request of a search for messages, and a result of the search. */
#pragma once

#include "api/list.h"

#include "messages/rank.h"
#include "messages/snippet.h"
#include "vectors/vector_index.h"

enum {
    MESSAGE_QUERY_MAX = 1000,                    /* code points */
    MESSAGE_RESULTS_MAX = QUERY_TERMS_CANDIDATES /* results on all pages of a search */
};

enum search_mode { SEARCH_HYBRID, SEARCH_VECTOR, SEARCH_TEXT };
extern const char *const search_mode_names[];

struct message_query {
    struct slice query;
    struct vector_filter filter; /* with the tenant of the caller */
    /* Options: */
    int mode;            /* enum search_mode; -1: the best available */
    bool prefix;         /* the last word may be the beginning of a longer one */
    int64_t limit;       /* the most hits on the page */
    struct slice cursor; /* absent: the first page */
};

struct message_hit {
    double score; /* relative to the best result, which has 1 */
    /* The positions in the ranking by words and in the ranking by vectors, from 1; FIELD_ABSENT:
     * the ranking does not have the document. */
    int64_t text_rank;
    int64_t vector_rank;
    struct slice id;
    struct slice bot;
    int64_t chat_id;
    int64_t user_id;
    int64_t sent_at;
    struct snippet snippet;
};
