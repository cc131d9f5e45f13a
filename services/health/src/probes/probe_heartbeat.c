// SPDX-License-Identifier: MIT
#include "base/now.h"

#include "probes/probe_private.h"

_Static_assert(sizeof(struct heartbeat) <= PROBE_MEMORY, "the last report is the check's memory");

void probe_store_heartbeat(struct probe_memory *memory, const struct heartbeat *heartbeat)
{
    struct heartbeat *last = (void *)memory->own;

    if (heartbeat->at_us >= last->at_us || last->at_us > now_wall_us())
        *last = *heartbeat;
}

static void add_heartbeat_readings(const struct heartbeat *last, int64_t age_us,
                                   struct probe_result *result)
{
    probe_add_reading(result, MEASURE_heartbeat_age_s, age_us > 0 ? (double)age_us / US_PER_S : 0);
    if (last->took_s >= 0)
        probe_add_reading(result, MEASURE_heartbeat_took_s, (double)last->took_s);
    if (last->loss_s >= 0)
        probe_add_reading(result, MEASURE_heartbeat_loss_s, (double)last->loss_s);
    if (last->due >= 0)
        probe_add_reading(result, MEASURE_heartbeat_due, (double)last->due);
    if (last->oldest_s >= 0)
        probe_add_reading(result, MEASURE_heartbeat_oldest_s, (double)last->oldest_s);
}

void probe_heartbeat(const struct probe_tools *tools, const struct check *check, void *memory,
                     struct probe_result *result)
{
    struct heartbeat *last = memory;
    const int64_t now_us = now_wall_us();
    const bool any = last->at_us != 0;

    if (last->at_us > now_us) /* the clock was set back: the report counts from this moment */
        last->at_us = now_us;
    const int64_t age_us = now_us - (any ? last->at_us : tools->started_us);
    const bool late = age_us > check->interval_ms * US_PER_MS;

    if (any)
        add_heartbeat_readings(last, age_us, result);
    if (any ? late && check->expires : check->optional)
        probe_fail(result, TROUBLE_AWAITED, any ? "" : "never");
    else if (late)
        probe_fail(result, TROUBLE_LATE, any ? "" : "never");
    else if (any && !last->ok)
        probe_fail(result, TROUBLE_DOWN, "failed");
}
