// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "cache/near_private.h"

enum { BYTES_PER_SLOT = 512, SLOTS_MIN = 64, SLOTS_MAX = 65536 };

static size_t size_of(const struct cache_near_entry *entry)
{
    return sizeof(*entry) + entry->key_len + entry->data_len;
}

static void entry_discard(struct cache_near *near, struct cache_near_entry *entry)
{
    LIST_REMOVE(entry, chain);
    TAILQ_REMOVE(&near->by_use, entry, use);
    near->count--;
    near->bytes -= size_of(entry);
    LIST_INSERT_HEAD(&near->grave, entry, chain);
}

static struct cache_near_entry *lookup(const struct cache_near *near, uint64_t hash,
                                       struct slice key)
{
    struct cache_near_entry *entry = LIST_FIRST(&near->table[hash & near->mask]);
    while (entry != NULL &&
           (entry->hash != hash || !slice_equal((struct slice){entry->bytes, entry->key_len}, key)))
        entry = LIST_NEXT(entry, chain);
    return entry;
}

bool cache_near_init(struct cache_near *near, size_t bytes_max, struct fault *fault)
{
    size_t slots = SLOTS_MIN;
    while (slots < SLOTS_MAX && slots * BYTES_PER_SLOT < bytes_max)
        slots *= 2;
    struct cache_near_slot *table = fault_calloc(slots * sizeof(*table), "the cache", fault);
    if (table == NULL)
        return false;
    *near = (struct cache_near){.table = table, .mask = slots - 1, .bytes_max = bytes_max};
    TAILQ_INIT(&near->by_use);
    return true;
}

void cache_near_finish(struct cache_near *near)
{
    cache_near_clear(near);
    cache_near_free_removed(near);
    free(near->table);
    *near = (struct cache_near){0};
}

struct cache_near_entry *cache_near_find(struct cache_near *near, uint64_t hash, struct slice key,
                                         int64_t now_ns)
{
    struct cache_near_entry *entry = lookup(near, hash, key);
    if (entry == NULL)
        return NULL;
    if (entry->until_ns <= now_ns) {
        entry_discard(near, entry);
        return NULL;
    }
    if (entry != TAILQ_FIRST(&near->by_use)) {
        TAILQ_REMOVE(&near->by_use, entry, use);
        TAILQ_INSERT_HEAD(&near->by_use, entry, use);
    }
    return entry;
}

struct slice cache_near_data(const struct cache_near_entry *entry)
{
    return (struct slice){entry->bytes + entry->key_len, entry->data_len};
}

static struct cache_near_entry *entry_make(struct slice key, struct slice data)
{
    struct cache_near_entry *entry = malloc(sizeof(*entry) + key.len + data.len);
    if (entry == NULL)
        return NULL;
    entry->key_len = key.len;
    entry->data_len = data.len;
    if (key.len > 0)
        memcpy(entry->bytes, key.at, key.len);
    if (data.len > 0)
        memcpy(entry->bytes + key.len, data.at, data.len);
    return entry;
}

void cache_near_put(struct cache_near *near, uint64_t hash, struct slice key, bool found,
                    int64_t version, struct slice data, int64_t until_ns)
{
    /* Copied before the old entry is removed, because `data` may point into it. */
    struct cache_near_entry *entry = entry_make(key, data);
    cache_near_remove(near, hash, key);
    if (entry == NULL || size_of(entry) > near->bytes_max) {
        free(entry);
        return;
    }
    while (near->bytes + size_of(entry) > near->bytes_max)
        entry_discard(near, TAILQ_LAST(&near->by_use, cache_near_uses));
    entry->hash = hash;
    entry->version = version;
    entry->until_ns = until_ns;
    entry->found = found;
    LIST_INSERT_HEAD(&near->table[hash & near->mask], entry, chain);
    TAILQ_INSERT_HEAD(&near->by_use, entry, use);
    near->count++;
    near->bytes += size_of(entry);
}

void cache_near_remove(struct cache_near *near, uint64_t hash, struct slice key)
{
    struct cache_near_entry *entry = lookup(near, hash, key);
    if (entry != NULL)
        entry_discard(near, entry);
}

void cache_near_clear(struct cache_near *near)
{
    while (near->count > 0)
        entry_discard(near, TAILQ_FIRST(&near->by_use));
}

void cache_near_free_removed(struct cache_near *near)
{
    while (!LIST_EMPTY(&near->grave)) {
        struct cache_near_entry *entry = LIST_FIRST(&near->grave);
        LIST_REMOVE(entry, chain);
        free(entry);
    }
}
