// SPDX-License-Identifier: MIT
/* Rate limits for each key, with a burst, shared by all instances of all services. Each accepted
 * request takes a token; a bucket of `burst` tokens is refilled with `rate` tokens per second.
 * Tokens are leased from Redis in batches, one Lua call for each lease, so most decisions cost an
 * addition. While Redis cannot be reached, each instance applies the whole limit locally.
 *
 * A token leaves the shared bucket when it is leased, so in t seconds all instances that reach
 * Redis accept at most burst + rate * t requests. A lease has a tenth of rate or burst, whichever
 * is less, and is valid for a second. Unused tokens are returned with the next lease. */
#pragma once

#include "cache/cache.h"

struct limiter;

struct limiter *limiter_create(struct loop *loop, struct cache *cache, size_t keys_max,
                               struct fault *fault);
void limiter_destroy(struct limiter *limiter); /* NULL is allowed */

struct limit_decision {
    bool allowed;
    int64_t limit;    /* the burst */
    int64_t window_s; /* how long an empty bucket takes to fill */
    int64_t remaining;
    int64_t reset_s;       /* seconds until the bucket is full; if refused, at least 1 */
    int64_t retry_after_s; /* if refused: until the next token, at least 1; otherwise 0 */
};

/* Must run in a fiber. Takes one token of `key`. Rate and burst count as at least 1. Never fails.
 * Waits for Redis only if the lease is used up, and for at most CACHE_COMMAND_MS. If there are more
 * than `keys_max` keys, the least recently used one is evicted. */
struct limit_decision limiter_take_token(struct limiter *limiter, struct slice key,
                                         int64_t rate_per_s, int64_t burst);
