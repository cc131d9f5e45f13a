// SPDX-License-Identifier: MIT
/* A way on which people are told: enum alert_channel names them, alerts.c has a row for each. */
#pragma once

#include "notify/alert_retry.h"
#include "notify/alert_text.h"

struct channel {
    void *self;       /* NULL: not configured */
    int64_t limit_ms; /* when `send` has given up on a side that does not answer */
    /* Sends one, in a fiber, once. Sets all of `end` but took_ms. */
    void (*send)(void *self, const struct alert_story *story, struct channel_result *result);
    /* So too for a note; NULL: the channel tells incidents alone. */
    void (*send_note)(void *self, const struct alert_note *note, struct channel_result *result);
    /* What is left to do behind the alerts; NULL: nothing. */
    void (*update)(void *self);
};
