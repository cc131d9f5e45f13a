// SPDX-License-Identifier: MIT
/* The inside of a message_query that is under way. All its memory is its own, because a thread may
 * still work on it when its caller has given up. */
#pragma once

#include "db/query.h"

#include "messages/message_search.h"
#include "messages/vector_search.h"

struct message_search {
    struct arena arena;
    struct arena scratch;
    struct word_reader *reader;
    struct query_terms query_terms;
    struct seen_ids seen_ids; /* by the pages before */
    int64_t limit;
    enum search_mode mode;
    struct vector_search vector_search;
    struct db_rows rows; /* by words */
    struct db_rows near; /* by meaning, the nearest first */
    struct message_results found;
    struct fault fault;
    bool failed;
    bool phrases; /* the candidates are those with the words of all phrases */
    bool missed;  /* none of these has the phrases, so that other candidates are needed */
};

/* Puts what was read in order, and makes the page of it. In a thread. False: `fault` is set. */
bool message_search_order(struct message_search *message_search) MUST_CHECK;
