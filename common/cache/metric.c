// SPDX-License-Identifier: MIT
/* Metrics of rate limits, summed over this process. */
#include "cache/cache.h"
#include "cache/metric_private.h"

#define COUNTER(n, h, l)                                                                           \
    {                                                                                              \
        .name = n, .help = h, .type = METRIC_COUNTER, .labels = l                                  \
    }
#define DECISIONS(result, by)                                                                      \
    COUNTER("limit_decisions_total",                                                               \
            "Decisions of the rate limit, with Redis or by this process alone.",                   \
            "result=\"" result "\",by=\"" by "\"")
#define LEASES(result)                                                                             \
    COUNTER("limit_leases_total", "Leases of tokens asked of Redis.", "result=\"" result "\"")

struct metric cache_counters[CACHE_COUNTS] = {
    [CACHE_COUNT_LEASED] = DECISIONS("allowed", "redis"),
    [CACHE_COUNT_LOCAL] = DECISIONS("allowed", "process"),
    [CACHE_COUNT_REFUSED] = DECISIONS("refused", "redis"),
    [CACHE_COUNT_REFUSED_LOCAL] = DECISIONS("refused", "process"),
    [CACHE_COUNT_LEASES] = LEASES("granted"),
    [CACHE_COUNT_LEASES_EMPTY] = LEASES("empty"),
    [CACHE_COUNT_LEASES_FAILED] = LEASES("failed"),
};

void cache_metrics_register(void)
{
    metric_register_all(cache_counters, CACHE_COUNTS);
}
