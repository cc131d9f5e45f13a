// SPDX-License-Identifier: MIT
/* A limit of turns in each hour: of any 3600 s at most `most` turns are taken. Pure: the caller
 * says what time it is. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { HOURLY_LIMIT_MAX = 200 };

/* Zeroed but for `most`, which is 1 to HOURLY_LIMIT_MAX: no turn was taken. */
struct hourly_limit {
    size_t most;
    size_t next;                        /* the oldest of `taken_ns` */
    int64_t taken_ns[HOURLY_LIMIT_MAX]; /* of the last `most` turns; 0: never */
};

/* Takes a turn and returns 0; if that would leave fewer than `kept` turns of this hour, takes none
 * and returns the milliseconds until it would not. `kept` is less than `most`. */
int64_t hourly_limit_take(struct hourly_limit *limit, size_t reserved, int64_t now_ns);
