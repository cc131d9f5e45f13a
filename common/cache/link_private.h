// SPDX-License-Identifier: MIT
/* One connection to Redis, which reconnects by itself. A cache has two: one for commands and one
 * for messages, because Redis accepts no commands on a subscribed connection.
 *
 * A connection is up only after an answer to PING: the kernel accepts connections for a frozen
 * Redis too. */
#pragma once

#include <hiredis/async.h>

#include "cache/address_private.h"
#include "loop/loop.h"
#include "loop/work.h"

struct cache_link;

enum { CACHE_CONNECT_MS = 1000 }; /* until it is up; in cache.c: until an answer comes */

struct cache_link_events {
    void (*up)(void *data);
    void (*down)(void *data); /* only after `up`; the commands in flight were answered with NULL */
    void *data;
};

/* Returns new and starts connecting. `address` must outlive it. */
struct cache_link *cache_link_create(struct loop *loop, struct work *work,
                                     const struct cache_address *address,
                                     const struct cache_link_events *events, struct fault *fault);
/* Commands in flight are answered with NULL. Takes NULL. Not inside a callback of hiredis. */
void cache_link_destroy(struct cache_link *link);

/* NULL unless up. hiredis writes the commands that it gets at the end of the iteration. */
redisAsyncContext *cache_link_context(const struct cache_link *link);

/* Closes the connection and connects again. */
void cache_link_abandon(struct cache_link *link);
