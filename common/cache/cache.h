// SPDX-License-Identifier: MIT
/* Redis: one asynchronous connection, which reconnects by itself. Redis never holds the only copy
 * of data. When it cannot be reached, does not answer or is full, calls fail fast and callers
 * continue without it: an error here is never an error to the client.
 *
 * Redis answers in the order of the commands. While the oldest command has waited for longer than
 * CACHE_COMMAND_MS, no newer one can be answered sooner, so new commands are refused at once. When
 * no answer comes for a second, the connection is closed. A new connection is used only after an
 * answer to PING. */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "loop/loop.h"
#include "loop/work.h"

struct cache;

enum {
    CACHE_COMMAND_MS = 50,    /* a slower answer would come later than that of the database */
    CACHE_PENDING_MAX = 1024, /* commands in flight */
    CACHE_ARGS_MAX = 16       /* of one command */
};

/* Returns new. `url` is redis://[:password@]host:port[/db] or unix:///path. With "" no command is
 * ever sent, and all calls fail. */
struct cache *cache_create(struct loop *loop, struct work *work, const char *url,
                           struct fault *fault);
void cache_destroy(struct cache *cache); /* takes NULL */
/* Connected, and no command has waited for longer than CACHE_COMMAND_MS. */
bool cache_usable(const struct cache *cache);

/* One command; its arguments may hold any bytes. Parks the fiber for at most CACHE_COMMAND_MS.
 * `text` is the text of a string reply, in the arena; absent (.at NULL) for nil and for other
 * replies. FAULT_UNAVAILABLE "cache_away" | "cache_slow" | "cache_refused" (Redis answered with an
 * error), or the fault of fiber_park() when the fiber's own deadline came or it was cancelled.
 */
bool cache_command(struct cache *cache, const struct slice *args, size_t count, struct arena *arena,
                   struct slice *text, struct fault *fault) MUST_CHECK;

/* --- for modules on top of this one: answers by callback, scripts --- */

/* Called once, after the requesting call has returned. `text` is as in cache_command(), borrowed
 * until return. NULL: Redis answered with an error or not at all. */
typedef void cache_answer_fn(void *data, const struct slice *text);
/* Stops all answers to `data`. Call it before freeing `data`. */
void cache_forget(struct cache *cache, const void *data);

/* A Lua script with one key. The caller's memory; zeroed but for `text` before it is added. It is
 * loaded on each new connection and called by its digest. While Redis does not have it, it is
 * called by its text. */
struct cache_script {
    const char *text;
    char digest[41]; /* "" until Redis has answered SCRIPT LOAD */
    struct cache *cache;
    LIST_ENTRY(cache_script) next;
};
void cache_script_add(struct cache *cache, struct cache_script *script);
void cache_script_remove(struct cache *cache, struct cache_script *script);
/* At most CACHE_ARGS_MAX - 4 values. False: the command was not sent and `answer` will not be
 * called. `answer` may be NULL. */
bool cache_script_ask(struct cache_script *script, struct slice key, const struct slice *values,
                      size_t count, cache_answer_fn *answer, void *data);

/* limit_decisions_total{result=..,by=..} and limit_leases_total{result=..}, of this process. */
void cache_metrics_register(void);
