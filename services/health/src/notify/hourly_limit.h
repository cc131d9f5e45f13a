// SPDX-License-Identifier: MIT
/* A rate limit: at most `most` slots within any 3600 s. Pure: the caller passes the time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { HOURLY_LIMIT_MAX = 200 };

/* Zeroed except `most`, which is 1 to HOURLY_LIMIT_MAX. */
struct hourly_limit {
    size_t most;
    size_t next;                        /* index of the oldest of `taken_ns` */
    int64_t taken_ns[HOURLY_LIMIT_MAX]; /* times of the last `most` slots; 0: never */
};

/* Takes a slot and returns 0. If fewer than `reserved` slots of this hour would be left, takes no
 * slot and returns the milliseconds until one is available. `reserved` must be less than `most`. */
int64_t hourly_limit_take(struct hourly_limit *limit, size_t reserved, int64_t now_ns);
