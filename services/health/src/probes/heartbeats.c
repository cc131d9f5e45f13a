// SPDX-License-Identifier: MIT
#include "probes/heartbeats.h"

const struct heartbeat_report *heartbeats_find(const struct heartbeats *heartbeats,
                                               struct slice name)
{
    for (size_t i = 0; i < heartbeats->count; i++) {
        if (slice_is(name, heartbeats->reports[i].name))
            return &heartbeats->reports[i];
    }
    return NULL;
}

/* The slot of the name, a new one if there is none. NULL: there are too many names. */
static struct heartbeat_report *slot_of(struct heartbeats *heartbeats, struct slice name)
{
    const struct heartbeat_report *known = heartbeats_find(heartbeats, name);
    if (known != NULL)
        return &heartbeats->reports[known - heartbeats->reports];
    if (heartbeats->count == CHECKS_MAX || name.len == 0 || name.len > CHECK_NAME_MAX)
        return NULL;
    struct heartbeat_report *added = &heartbeats->reports[heartbeats->count++];
    *added = (struct heartbeat_report){.at_us = INT64_MIN};
    memcpy(added->name, name.at, name.len);
    return added;
}

bool heartbeats_add(struct heartbeats *heartbeats, struct slice name, int64_t at_us, bool ok)
{
    struct heartbeat_report *report = slot_of(heartbeats, name);
    if (report == NULL)
        return false;
    if (at_us >= report->at_us) {
        report->at_us = at_us;
        report->ok = ok;
    }
    return true;
}
