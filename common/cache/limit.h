// SPDX-License-Identifier: MIT
/* n per second per key, with a burst, shared by all copies of all services: tokens are leased from
 * Redis in batches (one Lua call per lease), so most requests cost an addition. Redis away: each
 * copy applies the whole limit by itself.
 *
 * A token is taken from the shared bucket when it is leased, so all copies together never accept
 * more than burst + rate * t; a lease (a tenth of rate or burst, whichever is less) is good for a
 * second, and what was left of it goes back with the next one. */
#pragma once

#include "cache/cache.h"

struct limiter;

struct limiter *limiter_create(struct loop *loop, struct cache *cache, size_t keys_max,
                               struct fault *fault);
void limiter_destroy(struct limiter *limiter); /* takes NULL */

struct limit_verdict {
    bool allowed;
    int64_t limit;    /* per window: the burst */
    int64_t window_s; /* in which an empty bucket fills */
    int64_t remaining;
    int64_t reset_s;       /* until full again, at least 1 when refused */
    int64_t retry_after_s; /* refused: until there is a token again, at least 1; else 0 */
};

/* Takes one token of `key`, in a fiber; rate and burst count as at least 1. Never fails, never
 * waits for Redis longer than its command deadline and only when the lease is used up. Keys beyond
 * `keys_max` push out the one unused for longest. */
struct limit_verdict limiter_take(struct limiter *limiter, struct slice key, int64_t rate_per_s,
                                  int64_t burst);
