// SPDX-License-Identifier: MIT
/* The inside of a search that is under way. All its memory is its own, because a thread may still
 * work on it when its caller has given up. */
#pragma once

#include "db/query.h"

#include "search/nearby.h"
#include "search/search.h"

struct hunt {
    struct arena arena;
    struct arena scratch;
    struct word_reader *reader;
    struct wanted wanted;
    struct shown shown; /* by the pages before */
    int64_t limit;
    enum search_mode mode;
    struct nearby nearby;
    struct db_rows rows; /* by words */
    struct db_rows near; /* by meaning, the nearest first */
    struct search_found found;
    struct fault fault;
    bool failed;
    bool phrases; /* the candidates are those with the words of all phrases */
    bool missed;  /* none of these has the phrases, so that other candidates are needed */
};

/* Puts what was read in order, and makes the page of it. In a thread. False: `fault` is set. */
bool hunt_order(struct hunt *hunt) MUST_CHECK;
