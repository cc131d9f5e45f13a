// SPDX-License-Identifier: MIT
/* A channel on which alerts are sent. enum alert_channel names them, and alerts.c has a row for
 * each. */
#pragma once

#include "notify/alert_text.h"
#include "notify/channel_result.h"

struct channel {
    void *self;       /* NULL: not configured */
    int64_t limit_ms; /* longest duration of `send` if the other side does not answer */
    /* Sends one alert or note in one attempt, in a fiber. Sets all of `result` except took_ms. */
    void (*send)(void *self, const struct alert_story *story, struct channel_result *result);
    /* Called after the alerts of a run were sent, for example to edit messages; NULL: none. */
    void (*update)(void *self);
};
