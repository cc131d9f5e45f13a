// SPDX-License-Identifier: MIT
#include "base/now.h"

#include "probes/heartbeats.h"
#include "probes/probe_private.h"

void probe_heartbeat(const struct probe_tools *tools, const struct check *check, void *memory,
                     struct probe_result *result)
{
    const struct heartbeat_report *report =
        heartbeats_find(tools->heartbeats, slice_of(check->name));
    const int64_t last_us = report != NULL ? report->at_us : tools->heartbeats->since_us;
    const int64_t age_us = now_wall_us() - last_us;
    (void)memory;
    probe_add_reading(result, MEASURE_heartbeat_age_s, age_us > 0 ? (double)age_us / US_PER_S : 0);
    if (age_us > check->interval_ms * US_PER_MS)
        probe_fail(result, TROUBLE_LATE, report != NULL ? "" : "never");
    else if (report != NULL && !report->ok)
        probe_fail(result, TROUBLE_DOWN, "failed");
}
