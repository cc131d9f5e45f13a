// SPDX-License-Identifier: MIT
#include "notify/alert_retry.h"

#include "base/now.h"

static const int64_t pauses_s[] = {2, 5, 10, 30, 60, 120, 300, 900, 3600};
enum { PAUSES = ARRAY_LEN(pauses_s) };

struct alert_retry alert_retry_of(int tries, const struct channel_result *result, int64_t limit_ms,
                                  int64_t fallback_ms)
{
    struct alert_retry retry = {.give_up = result->permanent || tries + 1 >= ALERT_RETRY_TRIES_MAX,
                                .pause_ms = pauses_s[tries < PAUSES ? tries : PAUSES - 1] * 1000};

    if (result->outcome == CHANNEL_BUSY && result->wait_ms > retry.pause_ms)
        retry.pause_ms = result->wait_ms;
    if (result->outcome == CHANNEL_REFUSED && retry.pause_ms < ALERT_RETRY_REFUSED_MS)
        retry.pause_ms = ALERT_RETRY_REFUSED_MS;
    retry.fall_back = tries > 0 || result->outcome == CHANNEL_REFUSED ||
                      result->took_ms + retry.pause_ms + limit_ms > fallback_ms;
    return retry;
}
