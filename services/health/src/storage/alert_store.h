// SPDX-License-Identifier: MIT
/* SQL of alerts, called within a transaction. */
#pragma once

#include "storage/history.h"
#include "storage/sqlite.h"

struct alert_queue {
    const struct uuid *incident;
    enum alert_event event;
    int step;          /* number of a reminder; otherwise 0 */
    unsigned channels; /* bit n for channel n */
    int64_t now_us;
};
/* Queues the event on the channels, by the rules that history.h states for each event. True also if
 * it is already queued, or if a rule forbids it. */
bool alert_store_queue(struct sqlite *sqlite, const struct alert_queue *queue,
                       struct fault *fault) MUST_CHECK;
