// SPDX-License-Identifier: MIT
/* What is told from memory while history is stuck. Pure. */
#pragma once

#include "storage/history.h"

/* Room for the begin of each incident that can last, of checks and rules. */
enum { MEMORY_ALERTS_MAX = 512 };

struct memory_alert {
    struct incident incident;
    enum alert_event event;
    unsigned pending; /* channels that have yet to tell it */
};

/* Zeroed: empty. The oldest first. */
struct memory_alerts {
    struct memory_alert all[MEMORY_ALERTS_MAX];
    size_t count;
};

/* Known already: true. False: there is no room. What is known stays, as it is asked for again and
 * would be told again. A recovery takes the place of what was to be told before it; those channels
 * are left out that have not told the beginning. */
bool memory_alerts_add(struct memory_alerts *alerts, const struct incident *incident,
                       enum alert_event event, unsigned channels) MUST_CHECK;
/* NULL: not known. Borrowed until the next change. */
struct memory_alert *memory_alerts_find(struct memory_alerts *alerts, const struct uuid *incident,
                                        enum alert_event event);
