// SPDX-License-Identifier: MIT
/* The wait before a retry, as a table. Pure: the caller passes the random number. */
#pragma once

#include <stdint.h>

enum { RETRY_WAITS_MAX = 9 };

struct retry_policy {
    /* Wait after the first failure, the second and so on. The last wait before a 0 is used for all
     * later failures. */
    int64_t waits_ms[RETRY_WAITS_MAX];
    /* Upper bound of the random part that is added to a wait, in percent of the wait. It keeps many
     * callers from retrying at once. 0: nothing is added. */
    int64_t jitter_percent;
};

/* The wait after `failures` consecutive failures; a number less than 1 counts as 1. */
int64_t retry_wait_ms(const struct retry_policy *policy, int64_t failures, uint32_t random);
