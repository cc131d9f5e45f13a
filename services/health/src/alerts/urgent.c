// SPDX-License-Identifier: MIT
#include "alerts/urgent.h"

struct urgent *urgents_find(struct urgents *urgents, const struct uuid *incident,
                            enum alert_event event)
{
    for (size_t i = 0; i < URGENT_MAX; i++)
        if (urgents->all[i].event == event && uuid_equal(&urgents->all[i].incident.id, incident))
            return &urgents->all[i];
    return NULL;
}

void urgents_add(struct urgents *urgents, const struct incident *incident, enum alert_event event,
                 unsigned channels)
{
    struct urgent *fired = urgents_find(urgents, &incident->id, ALERT_FIRED);

    if (urgents_find(urgents, &incident->id, event) != NULL)
        return;
    if (fired != NULL && event == ALERT_RECOVERED) {
        channels &= ~fired->left;
        fired->left = 0;
    }
    urgents->all[urgents->next++ % URGENT_MAX] =
        (struct urgent){.incident = *incident, .event = event, .left = channels};
}

struct urgent *urgents_at(struct urgents *urgents, size_t index)
{
    return &urgents->all[(urgents->next + index) % URGENT_MAX];
}
