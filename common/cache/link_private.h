// SPDX-License-Identifier: MIT
/* The connection to Redis, which reconnects by itself.
 *
 * A connection is up only after an answer to PING: the kernel accepts connections for a frozen
 * Redis too. */
#pragma once

#include <hiredis/async.h>

#include "cache/address_private.h"
#include "loop/loop.h"
#include "loop/work.h"

struct cache_link;

/* Time limit for connecting, and in cache.c for an answer. */
enum { CACHE_CONNECT_MS = 1000 };

/* Returns new and starts connecting. `address` must outlive the link. */
struct cache_link *cache_link_create(struct loop *loop, struct work *work,
                                     const struct cache_address *address, struct fault *fault);
/* Commands without an answer yet are answered with NULL. Must not be called in a callback of
 * hiredis. NULL is allowed. */
void cache_link_destroy(struct cache_link *link);

/* The hiredis context of the connection; NULL while no connection is up. Commands are sent at the
 * end of the iteration. */
redisAsyncContext *cache_link_get_ready_context(const struct cache_link *link);

/* Closes the connection and connects again. */
void cache_link_reconnect(struct cache_link *link);
