// SPDX-License-Identifier: MIT
/* Notifications of owners and staff about calendars of other channels: nights that a channel has
 * and ours too, and calendars that are suspect, stale, or work again. Pure. */
#pragma once

#include "notifications/notification_text.h"

struct calendar_notice;

/* The notification about an event of this type and status of its resource; NULL: none. */
const struct calendar_notice *calendar_notice_find(const struct notification_event *event);

struct calendar_notice_input {
    const struct calendar_notice *notice;
    const struct notification_event *event;
    struct notification_recipient to;
    uint8_t button_key[BUTTON_KEY_LEN];
    const struct texts *texts; /* of the type of bot */
    struct texts title;        /* of the apartment; may be absent */
    struct slice code;         /* of our booking; absent: ours is a block, or it is not known */
};

/* Composes the notification: sets what reply_make_message() sets of `out`. */
bool calendar_notice_compose(const struct calendar_notice_input *input, struct arena *arena,
                             struct outbox_message *out, struct fault *fault) MUST_CHECK;
