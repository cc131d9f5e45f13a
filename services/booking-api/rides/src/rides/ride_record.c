// SPDX-License-Identifier: MIT
#include "base/auto.h"

#include "rides/ride_change.h"
#include "rides/ride_store.h"

enum { EVENT_MAX = 2048 };

bool ride_record(struct change *change, const struct ride *ride, int from, const char *action,
                 struct slice reason, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    const struct slice event = from == ride->status ? SLICE("ride.changed")
                                                    : arena_printf(change->arena, "ride.%s",
                                                                   ride_status_names[ride->status]);
    struct slice data;

    if (event.at == NULL)
        return arena_fault(fault);
    buf_init(&json, EVENT_MAX);
    ride_encode_event(ride, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    ride_store_write_step(change, ride, from, reason);
    change_event(change, event.at, "ride", &ride->id, ride->version, data);
    change_audit(change, action, "ride", &ride->id, ride->version);
    return true;
}
