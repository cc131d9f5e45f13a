// SPDX-License-Identifier: MIT
/* Cached answers: near (in this process, bounded, least recently used goes) over far (Redis), with
 * versions, single flight and negative entries.
 *
 * An entry carries the version of what it shows. Dropping a key after a write leaves a floor for a
 * while: a slow reader cannot put back what it read before the write. Other processes hear of drops
 * over pub/sub; near entries are used only while that channel stands, and at most `near_ms` old.
 */
#pragma once

#include "cache/cache.h"

struct cache_entries;

struct cache_entries_options {
    const char *name;    /* key prefix, at most 64 bytes: "cache:template:1:" */
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
void cache_entries_destroy(struct cache_entries *entries); /* takes NULL */

struct cache_value {
    bool found; /* false: a negative entry */
    int64_t version;
    struct slice data; /* in the caller's arena, or borrowed from the near cache until the fiber
                          next parks or ends: what is dropped meanwhile is freed only at the end
                          of the turn. Copy what must live longer */
};

/* Loads what is missing, in the fiber of the first asker; the others wait for it (single flight).
 * A load that fails is not remembered. */
typedef bool cache_load_fn(void *arg, struct arena *arena, struct cache_value *out,
                           struct fault *fault);

bool cache_entry_fetch(struct cache_entries *entries, struct slice key, cache_load_fn *load,
                       void *arg, struct arena *arena, struct cache_value *out,
                       struct fault *fault) MUST_CHECK;

/* Near entries only, no wait, no load, no memory taken: the fast path. */
bool cache_entry_near(struct cache_entries *entries, struct slice key, struct cache_value *out);

/* After a committed write that made `version` (for a deletion: one more than the last): forgets
 * older ones here, in Redis and elsewhere. Does not wait. While Redis is away the drop is kept and
 * sent when it is back; until then others may see the old entry, at most `near_ms` or, where they
 * reach Redis and this process does not, `far_ms`. */
void cache_entry_drop(struct cache_entries *entries, struct slice key, int64_t version);

/* How fetches were answered; for metrics. */
struct cache_entries_counts {
    uint64_t near;
    uint64_t far;
    uint64_t loaded;
    uint64_t followed; /* waited for another one's load */
};
const struct cache_entries_counts *cache_entries_counts(const struct cache_entries *entries);
