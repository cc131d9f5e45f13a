// SPDX-License-Identifier: MIT
/* One connection to Redis that comes back by itself: inside of cache.c, which has two of them (one
 * for commands, one that only listens, since a subscribed connection takes no commands).
 *
 * It is up only once Redis itself answered PING on it: a frozen Redis still accepts connections.
 */
#pragma once

#include <hiredis/async.h>

#include "cache/address_private.h"
#include "loop/loop.h"
#include "loop/work.h"

struct cache_link;

struct cache_link_events {
    void (*up)(void *data);
    void (*down)(void *data); /* after an up; what was in flight has been answered with NULL */
    void *data;
};

/* Returns new and begins to connect. `address` is borrowed for its whole life. */
struct cache_link *cache_link_create(struct loop *loop, struct work *work,
                                     const struct cache_address *address, int64_t connect_ms,
                                     const struct cache_link_events *events, struct fault *fault);
/* What is in flight is answered with NULL. Takes NULL. Not inside a call back of hiredis. */
void cache_link_destroy(struct cache_link *link);

/* NULL unless up. Commands given to it are written at the end of the turn. */
redisAsyncContext *cache_link_context(const struct cache_link *link);

/* Gives the connection up and makes a new one. */
void cache_link_abandon(struct cache_link *link);
