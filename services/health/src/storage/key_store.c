// SPDX-License-Identifier: MIT
#include "storage/history_private.h"

#define COLUMNS                                                                                    \
    "hash, id, client_id, tenant_id, scopes, test, rate_per_s, burst, expires_us, checked_us"

void history_store_key(struct history *history, const struct api_key_kept *key)
{
    static const char put[] = "INSERT OR REPLACE INTO api_key (" COLUMNS ")"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    const struct key_record *record = &key->record;
    struct fault fault;

    history->version++;
    (void)!sqlite_exec(history->memory, put,
                       SQLITE_VALUES(sqlite_blob(key->hash, sizeof key->hash), &record->id,
                                     &record->client_id, &record->tenant_id, key->scopes,
                                     record->test, record->rate_per_s, record->burst,
                                     record->expires_us, key->checked_us),
                       &fault);
}

struct reading_keys {
    void (*each)(void *data, const struct api_key_kept *key);
    void *data;
};

static void pass_key_of_row(sqlite3_stmt *row, void *data)
{
    const struct reading_keys *reading = data;
    struct api_key_kept key = {
        .record.id = sqlite_read_uuid(row, 1),
        .record.client_id = sqlite_read_uuid(row, 2),
        .record.tenant_id = sqlite_read_uuid(row, 3),
        .record.test = sqlite3_column_int(row, 5) != 0,
        .record.rate_per_s = sqlite3_column_int64(row, 6),
        .record.burst = sqlite3_column_int64(row, 7),
        .record.expires_us = sqlite3_column_int64(row, 8),
        .checked_us = sqlite3_column_int64(row, 9),
    };
    const void *hash = sqlite3_column_blob(row, 0);

    if (hash == NULL || sqlite3_column_bytes(row, 0) != (int)sizeof key.hash)
        return;
    memcpy(key.hash, hash, sizeof key.hash);
    sqlite_read_text(row, 4, key.scopes, sizeof key.scopes);
    reading->each(reading->data, &key);
}

void history_for_each_key(struct history *history,
                          void (*each)(void *data, const struct api_key_kept *key), void *data)
{
    /* In the order of look-ups, so that a full cache of keys retains the newest ones. */
    static const char sql[] =
        "SELECT " COLUMNS " FROM api_key WHERE checked_us <> 0 ORDER BY checked_us";
    struct reading_keys reading = {each, data};
    struct fault fault;

    (void)!sqlite_select(history->memory, sql, SQLITE_NO_VALUES, pass_key_of_row, &reading, &fault);
}

static void add_key_to_cache(void *data, const struct api_key_kept *key)
{
    api_keys_add_persisted(data, key);
}

static void store_looked_up_key(void *data, const struct api_key_kept *key)
{
    history_store_key(data, key);
}

void history_load_keys_and_store_lookups(struct history *history, struct api_keys *keys)
{
    const struct api_key_persistence keeper = {.keep = store_looked_up_key, .data = history};

    history_for_each_key(history, add_key_to_cache, keys);
    api_keys_set_persistence(keys, &keeper);
}
