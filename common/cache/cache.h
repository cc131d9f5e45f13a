// SPDX-License-Identifier: MIT
/* Redis, which is never the truth: one asynchronous connection that reconnects by itself. When it is
 * away, frozen or full, calls fail fast (a breaker remembers) and callers do without: an error here
 * is never an error to the client. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "loop/loop.h"
#include "loop/work.h"

struct cache;

struct cache_options {
    const char *url;       /* redis://[:password@]host:port[/db], or unix:///path */
    int64_t connect_ms;    /* 1000 */
    int64_t command_ms;    /* 50: a cache slower than the database is none */
    size_t pending_max;    /* commands in flight: 1024 */
};
void cache_options_defaults(struct cache_options *options);

/* Returns new; "" as url gives a cache that is always away. */
struct cache *cache_create(struct loop *loop, struct work *work, const struct cache_options *options,
                           struct fault *fault);
void cache_destroy(struct cache *cache); /* takes NULL */
bool cache_usable(const struct cache *cache);

struct cache_reply {
    bool nil;
    int64_t integer;   /* of an integer reply */
    struct slice text; /* of a string reply, in the arena */
    struct slice *items; /* of an array, in the arena; nil ones have .at NULL */
    size_t count;
};

/* One command, all arguments binary-safe. Parks the fiber at most command_ms. */
bool cache_command(struct cache *cache, const struct slice *args, size_t count, struct arena *arena,
                   struct cache_reply *reply, struct fault *fault) MUST_CHECK;
/* The same without waiting for the answer; drops silently when away. */
void cache_send(struct cache *cache, const struct slice *args, size_t count);
