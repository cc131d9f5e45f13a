// SPDX-License-Identifier: MIT
/* Entries in Redis: the inside of entry.c. A value is "version|1|data", "version|0|" (negative) or,
 * for a while after a write, "version|f": the floor. Nothing older replaces it.
 *
 * An unconfirmed drop is queued and sent again, before any read over the same connection. */
#pragma once

#include "cache/cache.h"
#include "cache/value.h"

struct cache_far_drop;

struct cache_far {
    struct cache *cache;
    const char *name;    /* prefix of keys */
    const char *channel; /* on which drops are published */
    int64_t keep_ms;     /* lifetime of an entry, so the time during which a drop is resent */
    int64_t floor_ms;
    struct cache_script put;
    struct cache_script drop;
    TAILQ_HEAD(, cache_far_drop) drops; /* not confirmed yet, oldest first */
    size_t drop_count;
    size_t unsent;
    struct loop_timer repeat;
};

enum {
    CACHE_FAR_DROPS_MAX = 4096, /* beyond it the oldest drop is discarded */
    CACHE_KEY_MAX = 256,
    CACHE_NAME_MAX = 64
};

/* The members from `cache` to `floor_ms` are set, the rest is zero. */
void cache_far_init(struct cache_far *far);
void cache_far_finish(struct cache_far *far);

/* False when Redis has no entry or does not answer. */
bool cache_far_get(struct cache_far *far, struct slice key, struct arena *arena,
                   struct cache_value *out);
/* Stores the value, unless Redis has a newer one or a higher floor. Does not wait. */
void cache_far_put(struct cache_far *far, struct slice key, const struct cache_value *value,
                   int64_t keep_ms);
/* Replaces an older entry by the floor and publishes "version|key". Does not wait. */
void cache_far_drop(struct cache_far *far, struct slice key, int64_t version);
/* Sends unsent and unconfirmed drops. */
void cache_far_repeat(struct cache_far *far);

/* Splits "version|rest"; `rest` points into `text`. */
bool cache_far_split(struct slice text, int64_t *version, struct slice *rest);
