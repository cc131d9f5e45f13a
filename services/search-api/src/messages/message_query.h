// SPDX-License-Identifier: MIT
/* What a search for messages asks, and one of its hits. */
#pragma once

#include "api/list.h"

#include "messages/rank.h"
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
    /* The position in the ranking by words and in that by vectors, from 1; FIELD_ABSENT: not in it.
     */
    int64_t text_rank;
    int64_t vector_rank;
    struct slice id;
    struct slice bot;
    int64_t chat_id;
    int64_t user_id;
    int64_t sent_at;
    struct snippet snippet;
};
