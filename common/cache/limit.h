// SPDX-License-Identifier: MIT
/* n per second per key, with a burst, shared by all copies of all services: tokens are leased from
 * Redis in batches (one Lua call per lease), so most requests cost an addition. Redis away: each
 * copy applies the whole limit by itself. */
#pragma once

#include "cache/cache.h"

struct limiter;

struct limiter *limiter_create(struct loop *loop, struct cache *cache, size_t keys_max,
                               struct fault *fault);
void limiter_destroy(struct limiter *limiter); /* takes NULL */

struct limit_verdict {
    bool allowed;
    int64_t limit;      /* per window */
    int64_t remaining;
    int64_t reset_s;    /* until full again, at least 1 when refused */
};

/* Takes one token of `key`. Never fails, never waits for Redis longer than its command deadline and
 * only when the lease is used up. */
struct limit_verdict limiter_take(struct limiter *limiter, struct slice key, int64_t rate_per_s,
                                  int64_t burst);
