// SPDX-License-Identifier: MIT
#include "probes/heartbeats.h"

const struct heartbeats_beat *heartbeats_find(const struct heartbeats *heartbeats,
                                              struct slice name)
{
    for (size_t i = 0; i < heartbeats->count; i++) {
        if (slice_is(name, heartbeats->beats[i].name))
            return &heartbeats->beats[i];
    }
    return NULL;
}

/* The place of the name, a new one where it has none. */
static struct heartbeats_beat *place_of(struct heartbeats *heartbeats, struct slice name)
{
    const struct heartbeats_beat *known = heartbeats_find(heartbeats, name);
    if (known != NULL)
        return &heartbeats->beats[known - heartbeats->beats];
    if (heartbeats->count == CHECKS_MAX || name.len == 0 || name.len > CHECK_NAME_MAX)
        return NULL;
    struct heartbeats_beat *added = &heartbeats->beats[heartbeats->count++];
    *added = (struct heartbeats_beat){.at_us = INT64_MIN};
    memcpy(added->name, name.at, name.len);
    return added;
}

bool heartbeats_note(struct heartbeats *heartbeats, struct slice name, int64_t at_us, bool ok)
{
    struct heartbeats_beat *beat = place_of(heartbeats, name);
    if (beat == NULL)
        return false;
    if (at_us >= beat->at_us) {
        beat->at_us = at_us;
        beat->ok = ok;
    }
    return true;
}
