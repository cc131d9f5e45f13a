// SPDX-License-Identifier: MIT
/* When a collection of Qdrant is held against its table (qdrant/qdrant_compare.h), and how far that
 * has come: at the start, after Qdrant could not be reached, when the numbers of points and rows
 * differ, and each day. A turn ends after some seconds, so that changes are followed meanwhile. */
#pragma once

#include "qdrant/qdrant_compare.h"

struct follower_index;

struct comparing {
    struct qdrant_compared so_far;
    bool wanted;       /* the numbers differ */
    bool differed;     /* they did when they were counted last: a change may have been on its way */
    int64_t looked_ns; /* when points were counted last; 0: never */
    int64_t counted_ns; /* rows; 0: they are to be counted now */
    int64_t ended_ns;   /* the last comparison; 0: none has */
};

/* Looks, and compares for a while where that is wanted. The index may be searched from the moment
 * that it has been compared, or has as many points as the table has rows. In a fiber. */
bool comparing_run(struct follower_index *index, struct fault *fault) MUST_CHECK;

/* The next run counts both. For tests. */
void comparing_soon(struct comparing *comparing);
