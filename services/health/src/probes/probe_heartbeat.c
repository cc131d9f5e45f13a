// SPDX-License-Identifier: MIT
#include "base/now.h"

#include "probes/probe_private.h"

/* The last report. */
struct memory {
    int64_t at_us; /* 0: never */
    bool ok;
};

void probe_receive_heartbeat(struct probe_memory *memory, int64_t at_us, bool ok)
{
    struct memory *last = (void *)memory->own;

    if (at_us >= last->at_us)
        *last = (struct memory){at_us, ok};
}

void probe_heartbeat(const struct probe_tools *tools, const struct check *check, void *memory,
                     struct probe_result *result)
{
    const struct memory *last = memory;
    const bool any = last->at_us != 0;
    const int64_t age_us = now_wall_us() - (any ? last->at_us : tools->started_us);

    probe_add_reading(result, MEASURE_heartbeat_age_s, age_us > 0 ? (double)age_us / US_PER_S : 0);
    if (age_us > check->interval_ms * US_PER_MS)
        probe_fail(result, TROUBLE_LATE, any ? "" : "never");
    else if (any && !last->ok)
        probe_fail(result, TROUBLE_DOWN, "failed");
}
