// SPDX-License-Identifier: MIT
/* Alerts of an incident, within a transaction. */
#pragma once

#include "storage/history.h"
#include "storage/sqlite.h"

struct alert_queue {
    const struct uuid *incident;
    enum alert_event event;
    int step;          /* of a reminder; else 0 */
    unsigned channels; /* bit n for channel n */
    int64_t now_us;
};
/* Queues the event on the channels, as history.h describes for each event. True also if it is
 * queued already, or must not be. */
bool alert_store_queue(struct sqlite *sqlite, const struct alert_queue *queue,
                       struct fault *fault) MUST_CHECK;
