// SPDX-License-Identifier: MIT
/* Cached answers. Near entries are in this process, in a bounded map; far entries are in Redis.
 * Every entry has a version. A negative entry records that there is no value.
 *
 * After a write the key is dropped. The version of a drop, the floor, is kept for 2 s here and 4 s
 * in Redis. Values older than the floor are not stored, so a slow reader cannot store a value that
 * it read before the write. Other processes receive the drop by pub/sub. Near entries are used only
 * while that channel is subscribed, and for at most `near_ms`.
 */
#pragma once

#include "cache/cache.h"
#include "cache/value.h"

struct cache_entries;

struct cache_entries_options {
    const char *name;    /* static: key prefix, at most 64 bytes: "cache:template:1:" */
    size_t near_bytes;   /* 4 MiB; 0: no near entries */
    int64_t near_ms;     /* 1000 */
    int64_t far_ms;      /* 60000 */
    int64_t negative_ms; /* 2000 */
    size_t value_max;    /* 64 KiB */
};
void cache_entries_defaults(struct cache_entries_options *options);

struct cache_entries *cache_entries_create(struct loop *loop, struct cache *cache,
                                           const struct cache_entries_options *options,
                                           struct fault *fault);
/* Takes NULL. No fetch may be in progress. */
void cache_entries_destroy(struct cache_entries *entries);

/* Loads the value of a key that is not cached. True: `*out` is set, its data in `arena` or static.
 * If there is no value, it sets found to false and version to 0 and returns true: a negative entry
 * is cached, unless there is a floor. False with a fault: nothing is cached. */
typedef bool cache_load_fn(void *arg, struct arena *arena, struct cache_value *out,
                           struct fault *fault);

/* Returns the cached value, else the result of `load`, which runs in the first fiber. Concurrent
 * fetches of the key wait for its result or fault (single flight). So the key names everything that
 * the value depends on, and the caller checks access rights afterwards. Lifetime of `out->data`:
 * cache/value.h. */
bool cache_entry_fetch(struct cache_entries *entries, struct slice key, cache_load_fn *load,
                       void *arg, struct arena *arena, struct cache_value *out,
                       struct fault *fault) MUST_CHECK;

/* The fast path: near entries only, without waiting or allocating. */
bool cache_entry_near(struct cache_entries *entries, struct slice key, struct cache_value *out);

/* Call it after a committed write that produced `version` (for a deletion: the last version plus
 * one). Removes older entries here, in Redis and in other processes. Does not wait. While Redis
 * cannot be reached, the drop is queued and sent later. Until then other processes may see the old
 * entry: for at most `near_ms`, or, if they reach Redis and this process does not, for `far_ms` +
 * `near_ms` after it was stored. After a write without a drop all processes may see it that long.
 */
void cache_entry_drop(struct cache_entries *entries, struct slice key, int64_t version);
