// SPDX-License-Identifier: MIT
/* Probes the server of REDIS_URL, over the service's own connection. */
#include "base/now.h"

#include "probes/counter_rate.h"
#include "probes/probe_private.h"
#include "probes/redis_info.h"

static void add_redis_readings(const struct redis_info *info, struct counter_rate *lookups,
                               struct probe_result *result)
{
    if (info->max_memory > 0)
        probe_add_reading(result, MEASURE_memory_percent,
                          100.0 * (double)info->used_memory / (double)info->max_memory);
    probe_add_reading(result, MEASURE_persistence_errors, info->broken_writes);
    probe_add_reading(result, MEASURE_cache_hit_percent,
                      counter_rate_add_and_get_percent(lookups, now_mono_ns(), PROBE_HITS_SPAN,
                                                       (double)(info->hits + info->misses),
                                                       (double)info->hits, PROBE_LOOKUPS_MIN));
    if (info->loading)
        probe_fail(result, TROUBLE_NOT_READY, "loading");
}

enum { INFO_MAX = 64 * 1024 }; /* bytes of the answer, and of its arena */

/* Sends INFO and parses the answer. False: the trouble is in `result`. */
static bool query_info(const struct probe_tools *tools, struct arena *arena,
                       struct redis_info *info, struct probe_result *result)
{
    static const struct slice command[] = {
        {"INFO", 4}
    };
    const int64_t began_ns = now_mono_ns();
    struct slice text;
    struct fault fault;

    if (!cache_command(tools->service->cache, command, 1, arena, &text, &fault)) {
        if (strcmp(fault.code, "cache_refused") == 0)
            probe_fail(result, TROUBLE_DENIED, "INFO");
        else if (strcmp(fault.code, "cache_slow") == 0)
            probe_fail(result, TROUBLE_TIMEOUT, "%d ms", CACHE_COMMAND_MS);
        else
            probe_fail(result, TROUBLE_REFUSED, "%s", "");
        return false;
    }
    if (!redis_info_read(text, info)) {
        probe_fail(result, TROUBLE_BODY, "INFO");
        return false;
    }
    probe_add_reading(result, MEASURE_latency_ms, (double)(now_mono_ns() - began_ns) / NS_PER_MS);
    return true;
}

void probe_redis(const struct probe_tools *tools, const struct check *check, void *memory,
                 struct probe_result *result)
{
    struct redis_info info;
    struct arena arena = ARENA(2 * INFO_MAX);
    _Static_assert(sizeof(struct counter_rate) <= PROBE_MEMORY, "it fits");

    (void)check;
    if (query_info(tools, &arena, &info, result))
        add_redis_readings(&info, memory, result);
    arena_finish(&arena);
}
