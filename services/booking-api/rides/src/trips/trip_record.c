// SPDX-License-Identifier: MIT
#include "api/change.h"
#include "base/auto.h"

#include "trips/trip_create.h"
#include "trips/trip_store.h"
#include "trips/trips_json.h"

enum { EVENT_MAX = 2048 };

bool trip_record(struct change *change, const struct trip *trip, int from, const char *event,
                 const char *action, struct slice reason, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct slice data;

    buf_init(&json, EVENT_MAX);
    trip_encode_event(trip, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    trip_store_write_step(change, trip, from, reason);
    change_event(change, event, "trip", &trip->id, trip->version, data);
    change_audit(change, action, "trip", &trip->id, trip->version);
    return true;
}
