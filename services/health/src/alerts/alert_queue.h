// SPDX-License-Identifier: MIT
/* Alerts that wait to be told: those of history, and in memory what history could not be told while
 * it is away. So with a full disk an alert is neither lost nor told again and again.
 *
 * An alert that history does not know has an id below zero; it lives as long as the process. */
#pragma once

#include "history/history.h"

enum { QUEUE_HELD_MAX = 128 }; /* in memory; beyond that the oldest is forgotten, and logged */

struct held_alert {
    struct alert alert; /* as history shall have it */
    bool told;
};

struct alert_queue {
    struct history *history;
    struct held_alert held[QUEUE_HELD_MAX]; /* oldest first */
    size_t count;
    int64_t last_id; /* of memory's own, counted down */
};

/* In place, zeroed. */
void queue_init(struct alert_queue *queue, struct history *history);

/* The alerts of one channel that are due, oldest first. False where history is away: `out` has
 * those of memory even then. Parks, as all of the following. */
bool queue_due(struct alert_queue *queue, enum alert_channel channel, int64_t now_us,
               struct alert *out, size_t *count /* in: room */, struct fault *fault) MUST_CHECK;

/* These keep in memory what history does not take. */
void queue_told(struct alert_queue *queue, const struct alert *alert, int64_t message_id);
void queue_later(struct alert_queue *queue, const struct alert *alert, int64_t due_us);
void queue_also(struct alert_queue *queue, const struct alert *alert, enum alert_channel channel,
                int64_t now_us);

/* An alert that history has not taken, for `channels` (bit n for channel n). A recovery goes to
 * none where the incident's first alert still waits in memory: that one is dropped. Never parks. */
void queue_tell(struct alert_queue *queue, const struct incident *incident, enum alert_event event,
                unsigned channels, int64_t now_us);
