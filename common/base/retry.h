// SPDX-License-Identifier: MIT
/* The wait before a retry, as a table. Pure: the caller passes the random number. */
#pragma once

#include <stdint.h>

enum { RETRY_WAITS_MAX = 9 };

struct retry_policy {
    /* After the first failure, the second and so on. The last one before a 0 repeats. */
    int64_t waits_ms[RETRY_WAITS_MAX];
    /* The random part that is added, so that many callers do not retry at once: less than this
     * percentage of the wait. 0: none. */
    int64_t jitter_percent;
};

/* The wait after `failures` consecutive failures; less than 1 counts as 1. */
int64_t retry_wait_ms(const struct retry_policy *policy, int64_t failures, uint32_t random);
