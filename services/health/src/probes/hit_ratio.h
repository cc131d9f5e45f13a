// SPDX-License-Identifier: MIT
/* The share of hits among the look-ups of the last minutes, from increasing counters. It is known
 * only from HIT_RATIO_LOOKUPS_MIN look-ups within HIT_RATIO_MINUTES. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { HIT_RATIO_MINUTES = 10, HIT_RATIO_LOOKUPS_MIN = 1000 };

/* Zeroed: no samples. */
struct hit_ratio {
    int64_t minute;    /* of the newest slot */
    int64_t hits, all; /* the counters of the last sample */
    uint32_t slot_hits[HIT_RATIO_MINUTES], slot_all[HIT_RATIO_MINUTES];
};

/* Adds the current counters. A counter that went down was reset. */
void hit_ratio_add(struct hit_ratio *ratio, int64_t now_us, int64_t hits, int64_t all);
/* Percent. False: too few look-ups. */
bool hit_ratio_read(const struct hit_ratio *ratio, double *percent);
