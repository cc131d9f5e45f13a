// SPDX-License-Identifier: MIT
#include "notify/alert_retry.h"

#include "base/retry.h"

static const struct retry_policy policy = {
    .waits_ms = {2000, 5000, 10000, 30000, 60000, 120000, 300000, 900000, 3600000}
};

struct alert_retry alert_retry_decide(int earlier_tries, const struct channel_result *result,
                                      int64_t try_max_ms, int64_t fallback_ms)
{
    struct alert_retry retry = {.give_up =
                                    result->permanent || earlier_tries + 1 >= ALERT_RETRY_TRIES_MAX,
                                .pause_ms = retry_wait_ms(&policy, (int64_t)earlier_tries + 1, 0)};

    if (result->outcome == CHANNEL_BUSY && result->wait_ms > retry.pause_ms)
        retry.pause_ms = result->wait_ms;
    if (result->outcome == CHANNEL_REFUSED && retry.pause_ms < ALERT_RETRY_REFUSED_MS)
        retry.pause_ms = ALERT_RETRY_REFUSED_MS;
    retry.fall_back = earlier_tries > 0 || result->outcome == CHANNEL_REFUSED ||
                      result->took_ms + retry.pause_ms + try_max_ms > fallback_ms;
    return retry;
}
