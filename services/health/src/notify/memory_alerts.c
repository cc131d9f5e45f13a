// SPDX-License-Identifier: MIT
#include "notify/memory_alerts.h"

#include <string.h>

struct memory_alert *memory_alerts_find(struct memory_alerts *alerts, const struct uuid *incident,
                                        enum alert_event event)
{
    for (size_t i = 0; i < alerts->count; i++)
        if (alerts->all[i].event == event && uuid_equal(&alerts->all[i].incident.id, incident))
            return &alerts->all[i];
    return NULL;
}

static void drop(struct memory_alerts *alerts, const struct memory_alert *alert)
{
    const size_t at = (size_t)(alert - alerts->all);

    alerts->count--;
    memmove(&alerts->all[at], &alerts->all[at + 1], (alerts->count - at) * sizeof alerts->all[0]);
}

/* Removes an event; returns the channels that have yet to send it. */
static unsigned remove_event(struct memory_alerts *alerts, const struct uuid *incident,
                             enum alert_event event)
{
    const struct memory_alert *known = memory_alerts_find(alerts, incident, event);

    if (known == NULL)
        return 0;
    const unsigned pending = known->pending;
    drop(alerts, known);
    return pending;
}

bool memory_alerts_add(struct memory_alerts *alerts, const struct incident *incident,
                       enum alert_event event, unsigned channels)
{
    if (memory_alerts_find(alerts, &incident->id, event) != NULL)
        return true;
    if (event == ALERT_RECOVERED) {
        (void)remove_event(alerts, &incident->id, ALERT_WORSE);
        channels &= ~remove_event(alerts, &incident->id, ALERT_FIRED);
    }
    if (alerts->count == MEMORY_ALERTS_MAX)
        return false;
    alerts->all[alerts->count++] =
        (struct memory_alert){.incident = *incident, .event = event, .pending = channels};
    return true;
}
