// SPDX-License-Identifier: MIT
/* Redis: one asynchronous connection, which reconnects by itself. Redis never has the only copy of
 * data. If it cannot be reached, does not answer or is full, calls fail fast and callers continue
 * without it: an error here is never an error to the client.
 *
 * Redis answers in the order of the commands. While the oldest command has waited for longer than
 * CACHE_COMMAND_MS, a newer command would wait too, so new commands are refused at once. If no
 * answer comes for a second, the connection is closed. A new connection is used only after an
 * answer to PING. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "loop/loop.h"
#include "loop/work.h"

struct cache;

enum {
    CACHE_COMMAND_MS = 50,    /* limit of a command; the database would answer sooner than that */
    CACHE_PENDING_MAX = 1024, /* maximum of commands without an answer yet */
    CACHE_ARGS_MAX = 16       /* maximum of arguments of one command */
};

/* Returns new. `url` is redis://[:password@]host:port[/db] or unix:///path. If it is "", no command
 * is ever sent, and all calls fail. */
struct cache *cache_create(struct loop *loop, struct work *work, const char *url,
                           struct fault *fault);
void cache_destroy(struct cache *cache); /* NULL is allowed */
/* Whether it is connected, and no command has waited for longer than CACHE_COMMAND_MS. */
bool cache_is_usable(const struct cache *cache);

/* Must run in a fiber. Sends one command, whose arguments may have any bytes, and parks the fiber
 * for at most CACHE_COMMAND_MS. `text` is the text of a string reply, in the arena; absent (.at
 * NULL) for nil and for other replies. FAULT_UNAVAILABLE "cache_away" | "cache_slow" |
 * "cache_refused" (Redis answered with an error), or the fault of fiber_park() if the fiber's own
 * deadline came or it was cancelled. */
bool cache_command(struct cache *cache, const struct slice *args, size_t count, struct arena *arena,
                   struct slice *text, struct fault *fault) MUST_CHECK;

/* --- for modules that extend this one: answers by callback --- */

enum cache_end { CACHE_ANSWERED, CACHE_REFUSED /* an error */, CACHE_AWAY /* no answer */ };
/* Called once, after cache_send() has returned. `text`: as in cache_command(), but borrowed until
 * this function returns; absent unless `end` is CACHE_ANSWERED. */
typedef void cache_answer_fn(void *data, enum cache_end end, struct slice text);
/* Sends one command of at most CACHE_ARGS_MAX arguments without waiting. False: it was not sent,
 * and `answer` will not be called. `answer` may be NULL. */
bool cache_send(struct cache *cache, const struct slice *args, size_t count,
                cache_answer_fn *answer, void *data);
/* No cache_answer_fn with this `data` is called any more. Call it before freeing `data`. */
void cache_drop_answers(struct cache *cache, const void *data);

/* Registers the metrics limit_decisions_total{result=..,by=..} and
 * limit_leases_total{result=..}. */
void cache_metrics_register(void);
