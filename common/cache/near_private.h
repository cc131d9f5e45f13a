// SPDX-License-Identifier: MIT
/* A bounded map in this process; when it is full, the least recently used entries are removed. The
 * inside of entry.c.
 *
 * A removed entry is freed only by cache_near_free_removed(), so that a reader may use its bytes
 * until the fiber parks. */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include "base/fault.h"
#include "base/slice.h"

struct cache_near_entry {
    LIST_ENTRY(cache_near_entry) chain; /* of its slot of the table, or of the removed ones */
    TAILQ_ENTRY(cache_near_entry) use;
    uint64_t hash;
    int64_t version;
    int64_t until_ns;
    bool found;
    size_t key_len;
    size_t data_len;
    char bytes[]; /* key, data */
};

LIST_HEAD(cache_near_slot, cache_near_entry);

struct cache_near {
    struct cache_near_slot *table;
    size_t mask;
    TAILQ_HEAD(cache_near_uses, cache_near_entry) by_use; /* the most recently used comes first */
    struct cache_near_slot grave;
    size_t count;
    size_t bytes;
    size_t bytes_max;
};

/* `bytes_max` counts keys, data and a `struct cache_near_entry` each; 0: nothing is stored. */
bool cache_near_init(struct cache_near *near, size_t bytes_max, struct fault *fault) MUST_CHECK;
void cache_near_finish(struct cache_near *near); /* safe on a zeroed one */

/* NULL when absent or expired. The entry becomes the most recently used. */
struct cache_near_entry *cache_near_find(struct cache_near *near, uint64_t hash, struct slice key,
                                         int64_t now_ns);
struct slice cache_near_data(const struct cache_near_entry *entry);

/* Replaces the entry of this key. If the new one does not fit, or memory is out, the key has no
 * entry. */
void cache_near_put(struct cache_near *near, uint64_t hash, struct slice key, bool found,
                    int64_t version, struct slice data, int64_t until_ns);
void cache_near_remove(struct cache_near *near, uint64_t hash, struct slice key);
void cache_near_clear(struct cache_near *near);

/* Frees the removed entries. Call it only when no reader uses one of them. */
void cache_near_free_removed(struct cache_near *near);
