// SPDX-License-Identifier: MIT
/* Decides when an alert is retried that a channel could not send. Pure. */
#pragma once

#include "notify/channel_result.h"

enum {
    ALERT_RETRY_TRIES_MAX = 33,        /* if each attempt fails at once, the last is after a day */
    ALERT_RETRY_REFUSED_MS = 60 * 1000 /* minimum pause after CHANNEL_REFUSED */
};

struct alert_retry {
    bool give_up;     /* make no further attempt */
    bool fall_back;   /* queue the alert on the other channels too */
    int64_t pause_ms; /* pause before the next attempt */
};

/* Decides after an attempt whose outcome was not CHANNEL_SENT. `earlier_tries`: number of attempts
 * before this one. `try_max_ms`: longest duration of an attempt. `fall_back` is set after the first
 * attempt if the channel refuses the alert, or if the next attempt may end later than `fallback_ms`
 * after the first one began; otherwise after the second attempt. */
struct alert_retry alert_retry_decide(int earlier_tries, const struct channel_result *result,
                                      int64_t try_max_ms, int64_t fallback_ms);
