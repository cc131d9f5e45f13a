// SPDX-License-Identifier: MIT
/* When a collection of Qdrant is held against its table (vectors/qdrant_compare.h), and how far
 * that has come: at the start, after Qdrant could not be reached, when the numbers of points and
 * rows differ, and each day. A turn ends after some seconds, so that changes are followed
 * meanwhile. */
#pragma once

#include "vectors/qdrant_compare.h"

struct synchroniser_index;

struct comparison {
    struct qdrant_compared so_far;
    bool query_terms;  /* the numbers differ */
    bool differed;     /* they did when they were counted last: a change may have been on its way */
    int64_t looked_ns; /* when points were counted last; 0: never */
    int64_t counted_ns; /* rows; 0: they are to be counted now */
    int64_t ended_ns;   /* the last comparison; 0: none has */
};

/* Looks, and compares for a while where that is query_terms. The index may be searched from the
 * moment that it has been compared, or has as many points as the table has rows. In a fiber. */
bool comparison_run(struct synchroniser_index *index, struct fault *fault) MUST_CHECK;

/* The next run counts both. For tests. */
void comparison_soon(struct comparison *comparison);
