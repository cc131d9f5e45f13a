// SPDX-License-Identifier: MIT
/* Counters of common/cache. */
#pragma once

#include "base/metric.h"

enum cache_count {
    CACHE_COUNT_LEASED, /* decisions of limiters: allowed by a leased token */
    CACHE_COUNT_LOCAL,  /* allowed by this process while Redis could not be reached */
    CACHE_COUNT_REFUSED,
    CACHE_COUNT_REFUSED_LOCAL,
    CACHE_COUNT_LEASES, /* answers to requests for a lease */
    CACHE_COUNT_LEASES_EMPTY,
    CACHE_COUNT_LEASES_FAILED,
    CACHE_COUNTS
};

extern struct metric cache_counters[CACHE_COUNTS];

static inline void cache_count(enum cache_count what)
{
    cache_counters[what].value++;
}
