// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "api/key_table_private.h"
#include "base/now.h"

struct key_unknown {
    uint8_t hash[DIGEST_SHA256_LEN];
    int64_t until_ns; /* 0: the entry is unused */
};

bool key_table_init(struct key_table *table, size_t keys_max)
{
    table->sets = keys_max / KEY_TABLE_WAYS + 1;
    table->entries = calloc(table->sets * KEY_TABLE_WAYS, sizeof *table->entries);
    table->unknown = calloc(KEY_TABLE_UNKNOWN, sizeof *table->unknown);
    return table->entries != NULL && table->unknown != NULL;
}

void key_table_finish(struct key_table *table)
{
    free(table->entries);
    free(table->unknown);
}

/* Selects the set of a key by its hash. Any of its bytes is evenly distributed. */
static uint64_t hash_to_u64(const uint8_t hash[DIGEST_SHA256_LEN])
{
    uint64_t value;

    memcpy(&value, hash, sizeof value);
    return value;
}

static struct key_entry *find_set(struct key_table *table, const uint8_t *hash)
{
    return &table->entries[hash_to_u64(hash) % table->sets * KEY_TABLE_WAYS];
}

struct key_entry *key_table_find(struct key_table *table, const uint8_t *hash)
{
    struct key_entry *set = find_set(table, hash);

    for (size_t i = 0; i < KEY_TABLE_WAYS; i++)
        if (set[i].used && digest_equal(set[i].hash, hash, DIGEST_SHA256_LEN))
            return &set[i];
    return NULL;
}

bool key_entry_is_younger(const struct key_entry *entry, int64_t now_ns, int64_t limit_ms)
{
    return now_ns - entry->checked_ns < limit_ms * NS_PER_MS;
}

static struct key_entry *find_entry_to_replace(struct key_table *table, const uint8_t *hash)
{
    struct key_entry *set = find_set(table, hash);
    struct key_entry *oldest = &set[0];

    for (size_t i = 0; i < KEY_TABLE_WAYS; i++) {
        if (!set[i].used)
            return &set[i];
        if (set[i].seen_ns < oldest->seen_ns)
            oldest = &set[i];
    }
    return oldest;
}

static struct key_unknown *find_unknown_slot(const struct key_table *table, const uint8_t *hash)
{
    return &table->unknown[hash_to_u64(hash) % KEY_TABLE_UNKNOWN];
}

bool key_table_is_unknown(const struct key_table *table, const uint8_t *hash, int64_t now_ns)
{
    const struct key_unknown *slot = find_unknown_slot(table, hash);

    return slot->until_ns > now_ns && digest_equal(slot->hash, hash, DIGEST_SHA256_LEN);
}

void key_table_insert_or_update(struct key_table *table, const uint8_t *hash,
                                const struct key_record *record, int64_t checked_ns)
{
    struct key_entry *entry = key_table_find(table, hash);

    if (entry == NULL) {
        entry = find_entry_to_replace(table, hash);
        *entry = (struct key_entry){.used = true, .seen_ns = checked_ns};
        memcpy(entry->hash, hash, DIGEST_SHA256_LEN);
    }
    entry->record = *record;
    entry->checked_ns = checked_ns;
    entry->refreshing = false;
}

void key_table_mark_unknown(struct key_table *table, const uint8_t *hash, int64_t until_ns)
{
    struct key_entry *entry = key_table_find(table, hash);
    struct key_unknown *slot = find_unknown_slot(table, hash);

    if (entry != NULL)
        *entry = (struct key_entry){0};
    memcpy(slot->hash, hash, DIGEST_SHA256_LEN);
    slot->until_ns = until_ns;
}
