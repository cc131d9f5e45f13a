// SPDX-License-Identifier: MIT
/* Schedules comparisons of a Qdrant collection with its table (vectors/qdrant_compare.h): at the
 * start, after Qdrant was unreachable, when the numbers of points and rows differ, and daily. A run
 * lasts at most some seconds, so that changes are synchronised in between. */
#pragma once

#include "vectors/qdrant_compare.h"

struct synchroniser_index;

struct comparison {
    struct qdrant_progress progress;
    bool requested; /* the numbers differ */
    bool differed;  /* they differed at the last count, perhaps because of a change in progress */
    int64_t points_ns; /* time of the last count of points; 0: never */
    int64_t rows_ns;   /* of rows; 0: count in the next run */
    int64_t ended_ns;  /* the last comparison; 0: none */
};

/* Counts, and compares for a while if needed. The index may be searched once it has been compared,
 * or has as many points as the table has rows. In a fiber. */
bool comparison_run(struct synchroniser_index *index, struct fault *fault) MUST_CHECK;

/* Makes the next run count both. For tests. */
void comparison_request(struct comparison *comparison);
