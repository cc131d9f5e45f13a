// SPDX-License-Identifier: MIT
/* A fake of history's alerts and incidents, in memory. It may be unavailable. */
#pragma once

#include "storage/history.h"

enum { FAKE_ALERTS = 128, FAKE_INCIDENTS = 32 };

struct fake_alert {
    struct alert alert;
    bool sent;
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
    int writes;                      /* that it has accepted */
    int queue_reads[ALERT_CHANNELS]; /* of a channel */
} fake;

/* Begins an incident whose first alert is queued on `channels`. */
struct incident fake_fire(const char *check, enum level level, unsigned channels);
/* Ends it and queues recoveries. */
void fake_end(struct incident *incident);
/* The alert of the newest incident with this event and channel; NULL: none. */
struct fake_alert *fake_find(enum alert_event event, enum alert_channel channel);
