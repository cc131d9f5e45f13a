// SPDX-License-Identifier: MIT
#include "base/retry.h"

int64_t retry_wait_ms(const struct retry_policy *policy, int64_t failures, uint32_t random)
{
    int i = 0;

    while (i + 1 < RETRY_WAITS_MAX && i + 1 < failures && policy->waits_ms[i + 1] > 0)
        i++;
    const int64_t wait_ms = policy->waits_ms[i];
    const int64_t jitter_ms = wait_ms * policy->jitter_percent / 100;

    return wait_ms + (jitter_ms > 0 ? (int64_t)random % jitter_ms : 0);
}
