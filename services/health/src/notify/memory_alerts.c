// SPDX-License-Identifier: MIT
#include "notify/memory_alerts.h"

#include <string.h>

struct urgent *urgents_find(struct urgents *urgents, const struct uuid *incident,
                            enum alert_event event)
{
    for (size_t i = 0; i < urgents->count; i++)
        if (urgents->all[i].event == event && uuid_equal(&urgents->all[i].incident.id, incident))
            return &urgents->all[i];
    return NULL;
}

static void drop(struct urgents *urgents, const struct urgent *urgent)
{
    const size_t at = (size_t)(urgent - urgents->all);

    urgents->count--;
    memmove(&urgents->all[at], &urgents->all[at + 1],
            (urgents->count - at) * sizeof urgents->all[0]);
}

/* Of a beginning: the channels that have yet to tell it. */
static unsigned forget(struct urgents *urgents, const struct uuid *incident, enum alert_event event)
{
    const struct urgent *known = urgents_find(urgents, incident, event);

    if (known == NULL)
        return 0;
    const unsigned left = known->left;
    drop(urgents, known);
    return left;
}

bool urgents_add(struct urgents *urgents, const struct incident *incident, enum alert_event event,
                 unsigned channels)
{
    if (urgents_find(urgents, &incident->id, event) != NULL)
        return true;
    if (event == ALERT_RECOVERED) {
        (void)forget(urgents, &incident->id, ALERT_WORSE);
        channels &= ~forget(urgents, &incident->id, ALERT_FIRED);
    }
    if (urgents->count == URGENT_MAX)
        return false;
    urgents->all[urgents->count++] =
        (struct urgent){.incident = *incident, .event = event, .left = channels};
    return true;
}
