// SPDX-License-Identifier: MIT
/* Redis, which is never the truth: one asynchronous connection that reconnects by itself. When it
 * is away, frozen or full, calls fail fast and callers do without: an error here is never an error
 * to the client.
 *
 * Answers come in the order of the commands. So while the oldest one is unanswered for longer than
 * `command_ms`, no new one can be answered sooner, and all are refused at once: a frozen Redis
 * costs those who were waiting, nobody after them. One that stays silent for `connect_ms` loses the
 * connection, and a new one counts only once PING was answered on it. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "loop/loop.h"
#include "loop/work.h"

struct cache;

struct cache_options {
    const char *url;    /* redis://[:password@]host:port[/db], or unix:///path */
    int64_t connect_ms; /* 1000 */
    int64_t command_ms; /* 50: a cache slower than the database is none */
    size_t pending_max; /* commands in flight: 1024 */
};
void cache_options_defaults(struct cache_options *options);

/* Returns new; "" as url gives a cache that is always away. */
struct cache *cache_create(struct loop *loop, struct work *work,
                           const struct cache_options *options, struct fault *fault);
void cache_destroy(struct cache *cache); /* takes NULL */
/* Connected and not silent for longer than `command_ms`. */
bool cache_usable(const struct cache *cache);
/* False for "": never will be. */
bool cache_configured(const struct cache *cache);
struct loop *cache_loop(const struct cache *cache);
int64_t cache_command_ns(const struct cache *cache);

struct cache_reply {
    bool nil;
    int64_t integer;     /* of an integer reply */
    struct slice text;   /* of a string reply, in the arena */
    struct slice *items; /* of an array, in the arena; nil ones have .at NULL */
    size_t count;
};

enum {
    CACHE_ARGS_MAX = 16,  /* of one command */
    CACHE_ITEMS_MAX = 256 /* of an array reply; nested arrays are refused */
};

/* One command, all arguments binary-safe. Parks the fiber at most command_ms. FAULT_UNAVAILABLE
 * "cache_away" | "cache_slow" | "cache_refused" (Redis answered with an error), or what
 * fiber_park() said when it was the fiber's own time that ended. */
bool cache_command(struct cache *cache, const struct slice *args, size_t count, struct arena *arena,
                   struct cache_reply *reply, struct fault *fault) MUST_CHECK;
/* The same without waiting for the answer; drops silently when away. */
void cache_send(struct cache *cache, const struct slice *args, size_t count);

/* --- for what is built on top: answers as call backs, scripts, and a channel --- */

/* `reply` NULL: none came, or an error. What it holds is borrowed until return; arrays show their
 * first CACHE_ARGS_MAX items. Called once, never before the call that asked has returned. */
typedef void cache_answer_fn(void *data, const struct cache_reply *reply);

/* False: away, `answer` will not be called. `answer` may be NULL. */
bool cache_ask(struct cache *cache, const struct slice *args, size_t count, cache_answer_fn *answer,
               void *data);
/* Answers meant for `data` are dropped from now on: call before freeing it. */
void cache_forget(struct cache *cache, const void *data);

/* A Lua script with one key. The caller's memory; zeroed but for `text` before it is added. Loaded
 * on each connection and then called by its digest; where Redis has lost it, by its text. */
struct cache_script {
    const char *text;
    char digest[41]; /* "" until Redis told it */
    struct cache *cache;
    struct cache_script *next;
};
void cache_script_add(struct cache *cache, struct cache_script *script);
void cache_script_remove(struct cache *cache, struct cache_script *script);
/* As cache_ask(); at most CACHE_ARGS_MAX - 4 values. */
bool cache_script_ask(struct cache_script *script, struct slice key, const struct slice *values,
                      size_t count, cache_answer_fn *answer, void *data);

/* Hears what is published on one channel, over a second connection that is made for the first
 * listener. The caller's memory, zeroed but for the first four. */
struct cache_listener {
    const char *channel; /* different for each listener; borrowed */
    void (*heard)(void *data, struct slice message);
    /* True: from now on every message is heard. False: some may have been missed. */
    void (*standing)(void *data, bool standing);
    void *data;
    bool stands;
    struct cache_listener *next;
};
bool cache_listen(struct cache *cache, struct cache_listener *listener,
                  struct fault *fault) MUST_CHECK;
void cache_unlisten(struct cache *cache, struct cache_listener *listener);
