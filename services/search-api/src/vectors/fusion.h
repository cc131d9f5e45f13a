// SPDX-License-Identifier: MIT
/* Fuses two rankings by reciprocal rank (RRF), with the constant of Qdrant. The score of a
 * document is the sum of 1 / (61 + rank) over the lists that contain it, with ranks from 0, as in
 * the paper (Cormack, Clarke and Büttcher, 2009). Pure.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"

enum { FUSION_K = 61, FUSION_LISTS = 2, FUSION_ABSENT = -1 };

struct fusion_list {
    const int64_t *numbers; /* of documents, the best first, distinct */
    size_t count;           /* at most INT32_MAX */
};

struct fusion_hit {
    int64_t number;
    double score;
    int32_t ranks[FUSION_LISTS]; /* from 0; FUSION_ABSENT: not in the list */
};

/* Makes one ranking of the lists, the best document first; of equal ones, first the one that ranks
 * higher in an earlier list. Uses 40 bytes of the arena for each document of each list. False: the
 * arena is full. */
bool fusion_merge(const struct fusion_list lists[FUSION_LISTS], struct arena *arena,
                  struct fusion_hit **hits, size_t *count, struct fault *fault) MUST_CHECK;
