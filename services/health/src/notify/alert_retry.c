// SPDX-License-Identifier: MIT
#include "notify/alert_retry.h"

#include "base/now.h"

static const int64_t pauses_s[] = {2, 5, 10, 30, 60, 120, 300, 900, 3600};
enum { PAUSES = sizeof pauses_s / sizeof pauses_s[0] };

struct pace pace_of(int tries, const struct channel_end *end, int64_t limit_ms, int64_t fallback_ms)
{
    struct pace pace = {.over = end->for_good || tries + 1 >= PACE_TRIES_MAX,
                        .pause_ms = pauses_s[tries < PAUSES ? tries : PAUSES - 1] * 1000};

    if (end->outcome == CHANNEL_BUSY && end->wait_ms > pace.pause_ms)
        pace.pause_ms = end->wait_ms;
    if (end->outcome == CHANNEL_REFUSED && pace.pause_ms < PACE_REFUSED_MS)
        pace.pause_ms = PACE_REFUSED_MS;
    pace.also = tries > 0 || end->outcome == CHANNEL_REFUSED ||
                end->took_ms + pace.pause_ms + limit_ms > fallback_ms;
    return pace;
}
