// SPDX-License-Identifier: MIT
/* Entries in Redis: inside of entry.c. A value is "version|1|data", "version|0|" (nothing is there)
 * or, for a while after a write, "version|f": the floor below which nothing is put back.
 *
 * Drops that Redis did not confirm are kept and sent again, before anything is read over the same
 * connection. */
#pragma once

#include "cache/entry.h"

struct cache_far_drop;

struct cache_far {
    struct cache *cache;
    const char *name;    /* prefix of keys */
    const char *channel; /* where drops are told */
    int64_t keep_ms;     /* of found entries, and how long a drop is worth repeating */
    int64_t floor_ms;
    struct cache_script put;
    struct cache_script drop;
    struct cache_far_drop *drops; /* not confirmed yet, oldest first */
    struct cache_far_drop **last;
    size_t drop_count;
    size_t unsent;
    struct loop_timer repeat;
};

enum {
    CACHE_FAR_DROPS_MAX =
        4096, /* beyond, the oldest is forgotten: seen until its keep_ms is over */
    CACHE_KEY_MAX = 256,
    CACHE_NAME_MAX = 64
};

/* With cache, name, channel, keep_ms, floor_ms set. */
void cache_far_init(struct cache_far *far);
void cache_far_finish(struct cache_far *far);

/* False on a miss and whenever Redis does not help. */
bool cache_far_get(struct cache_far *far, struct slice key, struct arena *arena,
                   struct cache_value *out);
/* Not when something newer, or a floor above, is there. Does not wait. */
void cache_far_put(struct cache_far *far, struct slice key, const struct cache_value *value,
                   int64_t keep_ms);
/* Leaves a floor and publishes "version|key". Does not wait. */
void cache_far_drop(struct cache_far *far, struct slice key, int64_t version);
/* Sends what could not be sent. */
void cache_far_repeat(struct cache_far *far);

/* "version|rest"; borrowed. */
bool cache_far_split(struct slice text, int64_t *version, struct slice *rest);
