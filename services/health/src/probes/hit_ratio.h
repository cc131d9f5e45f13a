// SPDX-License-Identifier: MIT
/* How many of the look-ups of the last minutes were hits, from counters that only grow. A ratio of
 * few look-ups says nothing: it is told from HIT_RATIO_LOOKUPS_MIN in HIT_RATIO_MINUTES on. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { HIT_RATIO_MINUTES = 10, HIT_RATIO_LOOKUPS_MIN = 1000 };

/* Zeroed: nothing was seen yet. */
struct hit_ratio {
    int64_t minute;    /* of the newest slot */
    int64_t hits, all; /* the counters at the last look */
    uint32_t slot_hits[HIT_RATIO_MINUTES], slot_all[HIT_RATIO_MINUTES];
};

/* Takes the counters as they are now. One that went down has begun anew. */
void hit_ratio_add(struct hit_ratio *ratio, int64_t now_us, int64_t hits, int64_t all);
/* Percent. False: too few look-ups. */
bool hit_ratio_read(const struct hit_ratio *ratio, double *percent);
