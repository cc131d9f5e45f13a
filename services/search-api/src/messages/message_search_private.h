// SPDX-License-Identifier: MIT
/* The state of a running search. A search owns all its memory, because its thread may still run
 * when the caller's deadline has passed. */
#pragma once

#include "messages/message_search.h"
#include "messages/message_search_store.h"
#include "messages/vector_search.h"

struct message_search {
    struct arena arena;
    struct arena scratch;
    struct word_reader *reader;
    struct query_terms query_terms;
    struct seen_ids seen; /* ids of previous pages */
    int64_t limit;
    enum search_mode mode;
    struct vector_search nearest;
    struct message_rows rows;      /* candidates by words */
    struct message_rows near_rows; /* the nearest by vectors, the nearest first */
    struct message_results results;
    bool phrases;        /* candidates must have the words of all phrases */
    bool phrases_missed; /* no candidate has the phrases, so other candidates are needed */
};

/* Ranks the rows of the search and makes its page. Runs in a thread of the work pool. */
bool message_search_rank_rows(void *search, struct fault *fault) MUST_CHECK;
