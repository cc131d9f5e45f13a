// SPDX-License-Identifier: MIT
/* Decides when an alert is retried that a channel could not send. Pure. */
#pragma once

#include "notify/channel_result.h"

enum {
    ALERT_RETRY_TRIES_MAX = 33, /* about a day, if each attempt fails at once */
    ALERT_RETRY_REFUSED_MS = 60 * 1000
};

struct alert_retry {
    bool give_up;     /* there is no further attempt */
    bool fall_back;   /* copy the alert to the other channels */
    int64_t pause_ms; /* pause before the next attempt */
};

/* Decides after an attempt that was not CHANNEL_SENT; `tries` attempts were made before it.
 * `limit_ms` is the longest duration of an attempt. `fall_back` is set at once if the channel
 * refuses, or if the next attempt may end later than `fallback_ms` after the first one began;
 * otherwise after the second attempt. */
struct alert_retry alert_retry_decide(int tries, const struct channel_result *result,
                                      int64_t limit_ms, int64_t fallback_ms);
