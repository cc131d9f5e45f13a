// SPDX-License-Identifier: MIT
#include "probes/hit_ratio.h"

#include "base/now.h"

static uint32_t grown(int64_t before, int64_t now)
{
    const int64_t by = now >= before ? now - before : now;
    return by > INT32_MAX ? INT32_MAX : (uint32_t)by;
}

static void advance_to(struct hit_ratio *ratio, int64_t minute)
{
    const int64_t passed = minute - ratio->minute;
    for (int64_t i = 0; i < passed && i < HIT_RATIO_MINUTES; i++) {
        ratio->slot_hits[(minute - i) % HIT_RATIO_MINUTES] = 0;
        ratio->slot_all[(minute - i) % HIT_RATIO_MINUTES] = 0;
    }
    if (passed > 0)
        ratio->minute = minute;
}

void hit_ratio_add(struct hit_ratio *ratio, int64_t now_us, int64_t hits, int64_t all)
{
    const bool first = ratio->minute == 0;
    advance_to(ratio, now_us / (60 * US_PER_S));
    if (!first) {
        const int64_t slot = ratio->minute % HIT_RATIO_MINUTES;
        ratio->slot_hits[slot] += grown(ratio->hits, hits);
        ratio->slot_all[slot] += grown(ratio->all, all);
    }
    ratio->hits = hits;
    ratio->all = all;
}

bool hit_ratio_read(const struct hit_ratio *ratio, double *percent)
{
    uint64_t hits = 0, all = 0;
    for (int i = 0; i < HIT_RATIO_MINUTES; i++) {
        hits += ratio->slot_hits[i];
        all += ratio->slot_all[i];
    }
    if (all < HIT_RATIO_LOOKUPS_MIN)
        return false;
    *percent = 100.0 * (double)hits / (double)all;
    return true;
}
