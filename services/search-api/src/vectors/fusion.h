// SPDX-License-Identifier: MIT
/* Fuses two rankings by reciprocal rank (RRF), with the constant of Qdrant. The score of a
 * document is the sum of 1 / (61 + rank) over the lists that contain it, with ranks from 0, as in
 * the paper (Cormack, Clarke and Büttcher, 2009). Pure.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"

enum {
    FUSION_K = 61, /* the constant of the formula */
    FUSION_LISTS = 2,
    FUSION_ABSENT = -1 /* a rank: the list does not have the document */
};

struct fusion_list {
    const int64_t *numbers; /* distinct documents, the best first */
    size_t count;           /* at most INT32_MAX */
};

struct fusion_hit {
    int64_t number;
    double score;
    int32_t ranks[FUSION_LISTS]; /* rank in each list, from 0; or FUSION_ABSENT */
};

/* Makes one ranking of the lists, the best document first. Documents with equal scores are ordered
 * by their ranks in the first list, then in the second. Uses 40 bytes of the arena for each
 * document of each list. False: the arena is full. */
bool fusion_merge(const struct fusion_list lists[FUSION_LISTS], struct arena *arena,
                  struct fusion_hit **hits, size_t *count, struct fault *fault) MUST_CHECK;
