// SPDX-License-Identifier: MIT
/* Two rankings become one by the reciprocals of their ranks (RRF), as Qdrant 1.17 does it with
 * weights, so that both kinds of index give the same order: a document is worth the sum of
 *
 *     1 / ((place + 1) / weight + k - 1)
 *
 * over the lists it stands in, its place counted from 0. With k = 61 and weight 1 that is the
 * paper's 1 / (60 + rank) (Cormack, Clarke and Büttcher, 2009). Pure. */
#pragma once

#include <stdint.h>

#include "base/arena.h"

enum { FUSION_K = 61, FUSION_LISTS = 2, FUSION_ABSENT = -1 };

struct fusion_list {
    const int64_t *numbers; /* of documents, the best first, each once */
    size_t count;           /* at most INT32_MAX */
    double weight;          /* 0: the list is left out; never below */
};

struct fusion_hit {
    int64_t number;
    double score;
    int32_t places[FUSION_LISTS]; /* from 0; FUSION_ABSENT: it does not stand in that list */
};

/* The best first, of equal ones what stands higher in an earlier list. All that stand in a list
 * that is not left out; a place in one that is left out is told, and counts nothing. In the arena,
 * as scratch memory is: 40 bytes for each document of each list. False: the arena is full. */
bool fusion_of(const struct fusion_list lists[FUSION_LISTS], struct arena *arena,
               struct fusion_hit **hits, size_t *count, struct fault *fault) MUST_CHECK;
