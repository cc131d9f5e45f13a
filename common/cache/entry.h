// SPDX-License-Identifier: MIT
/* Cached answers. Near entries are in this process, in a bounded map; far entries are in Redis.
 * Every entry has a version. A negative entry says that nothing is there.
 *
 * After a write the key is dropped. The version of a drop is remembered for 2 s here and 4 s in
 * Redis: the floor. Values older than the floor are not stored, so a slow reader cannot put back
 * what it read before the write. Other processes get the drop by pub/sub. Near entries are used
 * only while that channel is subscribed, and for at most `near_ms`.
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
/* Takes NULL. No fetch may be under way. */
void cache_entries_destroy(struct cache_entries *entries);

/* Reads the truth of a key that is not cached. True: `*out` is set, its data in `arena` or static.
 * Where nothing is there, it sets found false and version 0, which is no failure: a negative entry
 * is cached, but not while a floor is remembered. False with a fault: nothing is cached. */
typedef bool cache_load_fn(void *arg, struct arena *arena, struct cache_value *out,
                           struct fault *fault);

/* The cached answer; else that of `load`, which runs in the fiber that asks first. Others that ask
 * meanwhile wait for its result (single flight), which is also its fault; so the key names all that
 * the value depends on, and what a caller may see is checked afterwards. How long `out->data`
 * lives: cache/value.h. */
bool cache_entry_fetch(struct cache_entries *entries, struct slice key, cache_load_fn *load,
                       void *arg, struct arena *arena, struct cache_value *out,
                       struct fault *fault) MUST_CHECK;

/* The fast path: looks at near entries only, does not wait, and allocates nothing. */
bool cache_entry_near(struct cache_entries *entries, struct slice key, struct cache_value *out);

/* Call it after a committed write that made `version` (for a deletion: one more than the last).
 * Removes older entries here, in Redis and in other processes. Does not wait. While Redis cannot be
 * reached, the drop is kept and sent later. Until then other processes may see the old entry: for
 * `near_ms` at most, or, when they reach Redis and this process does not, for `far_ms` + `near_ms`
 * from when it was stored. After a write that drops nothing all processes may see it that long. */
void cache_entry_drop(struct cache_entries *entries, struct slice key, int64_t version);
