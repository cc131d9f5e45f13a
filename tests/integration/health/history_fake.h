// SPDX-License-Identifier: MIT
/* The alerts and incidents of history, in memory. It may be away. */
#pragma once

#include "storage/history.h"

enum { FAKE_ALERTS = 128, FAKE_INCIDENTS = 32 };

struct fake_alert {
    struct alert alert;
    bool told;
    int64_t message_id;
};

extern struct fake_history {
    bool away;
    struct fake_alert alerts[FAKE_ALERTS];
    size_t alert_count;
    struct incident incidents[FAKE_INCIDENTS];
    size_t incident_count;
    struct alert_message messages[FAKE_ALERTS];
    size_t message_count;
    int writes;                                  /* that it took */
    int queue_reads[ALERT_CHANNELS];             /* at the queue of a channel */
    void (*on_look)(enum alert_channel channel); /* or NULL */
} fake;

/* An incident whose first alert is queued on `channels`. */
struct incident fake_fire(const char *check, enum level level, unsigned channels);
/* It ends, and recoveries are queued. */
void fake_end(struct incident *incident);
/* That of this event and channel of the newest incident; NULL: none. */
struct fake_alert *fake_find(enum alert_event event, enum alert_channel channel);
