// SPDX-License-Identifier: MIT
/* A cache of known keys and of unknown ones. Pure: the caller passes the time.
 *
 * A set-associative table by the SHA-256 of the key: a set has eight entries, and a new entry
 * replaces the least recently used. Unknown keys have a table of their own, so that a client that
 * tries random keys does not evict known ones. */
#pragma once

#include "api/key_store_private.h"

enum { KEY_TABLE_WAYS = 8, KEY_TABLE_UNKNOWN = 1024 };

struct key_entry {
    bool used;
    bool refreshing; /* a look-up of the key runs in the background */
    uint8_t hash[DIGEST_SHA256_LEN];
    struct key_record record;
    int64_t checked_ns; /* when it was last looked up */
    int64_t seen_ns;    /* when it was last used */
    int64_t touched_ns; /* when last_used_at was last written; 0: never */
    int64_t kept_ns;    /* when the keeper (api/key.h) was last called for it; 0: never */
};

struct key_table {
    size_t sets;
    struct key_entry *entries;
    struct key_unknown *unknown;
};

bool key_table_init(struct key_table *table, size_t keys_max) MUST_CHECK;
void key_table_finish(struct key_table *table);

/* Returns the entry of a key, borrowed until the table changes; NULL if there is none. */
struct key_entry *key_table_find(struct key_table *table, const uint8_t *hash);
/* Whether the key was looked up less than `limit_ms` ago. */
bool key_entry_is_younger(const struct key_entry *entry, int64_t now_ns, int64_t limit_ms);
bool key_table_is_unknown(const struct key_table *table, const uint8_t *hash, int64_t now_ns);

void key_table_insert_or_update(struct key_table *table, const uint8_t *hash,
                                const struct key_record *record, int64_t checked_ns);
/* Stores that the key is unknown until `until_ns`, and removes it from the known keys. */
void key_table_mark_unknown(struct key_table *table, const uint8_t *hash, int64_t until_ns);
