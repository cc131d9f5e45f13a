// SPDX-License-Identifier: MIT
/* Alerts that are sent from memory while history is stuck. Pure. */
#pragma once

#include "storage/history.h"

/* The beginning of each incident that can be open, of checks and rules. */
enum { MEMORY_ALERTS_MAX = 512 };

struct memory_alert {
    struct incident incident;
    enum alert_event event;
    unsigned pending; /* channels that have yet to send it */
};

/* Zeroed: empty. Oldest first. */
struct memory_alerts {
    struct memory_alert all[MEMORY_ALERTS_MAX];
    size_t count;
};

/* True also if it is known already. False: full. A sent alert stays, because it is added again and
 * must not be repeated. A recovery replaces unsent alerts of its incident, and is not sent on
 * channels that have not sent the beginning. */
bool memory_alerts_add(struct memory_alerts *alerts, const struct incident *incident,
                       enum alert_event event, unsigned channels) MUST_CHECK;
/* NULL: not known. Borrowed until the next change. */
struct memory_alert *memory_alerts_find(struct memory_alerts *alerts, const struct uuid *incident,
                                        enum alert_event event);
