// SPDX-License-Identifier: MIT
#include "storage/key_store.h"

#include "storage/history_private.h"

#define COLUMNS                                                                                    \
    "hash, id, client_id, tenant_id, scopes, test, rate_per_s, burst, expires_us, checked_us"

bool key_store_put(struct sqlite *sqlite, const struct api_key_kept *key, struct fault *fault)
{
    static const char put[] = "INSERT OR REPLACE INTO disk.api_key (" COLUMNS ")"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    static const char delete[] = "DELETE FROM disk.api_key WHERE hash = ?1";
    const struct sqlite_value hash = sqlite_blob(key->hash, sizeof(key->hash));

    if (key->checked_us == 0)
        return sqlite_exec(sqlite, delete, SQLITE_VALUES(hash), fault);
    return sqlite_exec(sqlite, put,
                       SQLITE_VALUES(hash, sqlite_uuid(&key->id), sqlite_uuid(&key->client_id),
                                     sqlite_uuid(&key->tenant_id), sqlite_text(key->scopes),
                                     sqlite_int(key->test), sqlite_int(key->rate_per_s),
                                     sqlite_int(key->burst), sqlite_int(key->expires_us),
                                     sqlite_int(key->checked_us)),
                       fault);
}

bool key_store_prune(struct sqlite *sqlite, int64_t now_us, struct fault *fault)
{
    static const char prune[] = "DELETE FROM disk.api_key WHERE checked_us < ?1";

    return sqlite_exec(sqlite, prune,
                       SQLITE_VALUES(sqlite_int(now_us - API_KEY_AWAY_MS * US_PER_MS)), fault);
}

struct reading_keys {
    void (*each)(void *data, const struct api_key_kept *key);
    void *data;
};

static void read_key(sqlite3_stmt *row, void *data)
{
    const struct reading_keys *reading = data;
    struct api_key_kept key = {
        .id = sqlite_read_uuid(row, 1),
        .client_id = sqlite_read_uuid(row, 2),
        .tenant_id = sqlite_read_uuid(row, 3),
        .test = sqlite3_column_int(row, 5) != 0,
        .rate_per_s = sqlite3_column_int64(row, 6),
        .burst = sqlite3_column_int64(row, 7),
        .expires_us = sqlite3_column_int64(row, 8),
        .checked_us = sqlite3_column_int64(row, 9),
    };
    const void *hash = sqlite3_column_blob(row, 0);

    if (hash == NULL || sqlite3_column_bytes(row, 0) != (int)sizeof(key.hash))
        return;
    memcpy(key.hash, hash, sizeof(key.hash));
    sqlite_read_text(row, 4, key.scopes, sizeof(key.scopes));
    reading->each(reading->data, &key);
}

static bool keys_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    /* Newest last: the newest stay if the cache of keys is full. */
    static const char sql[] = "SELECT " COLUMNS " FROM disk.api_key ORDER BY checked_us";

    return sqlite_each(sqlite, sql, SQLITE_NO_VALUES, read_key, data, fault);
}

void history_each_key(struct history *history,
                      void (*each)(void *data, const struct api_key_kept *key), void *data)
{
    struct reading_keys reading = {each, data};
    struct fault fault;

    /* While the disk is unavailable, no key is known. */
    (void)!disk_read(history_disk(history), keys_in_tx, &reading, &fault);
}

static void recall(void *data, const struct api_key_kept *key)
{
    api_keys_recall(data, key);
}

static void store_key(void *data, const struct api_key_kept *key)
{
    history_store_key(data, key);
}

void history_attach_keys(struct history *history, struct api_keys *keys)
{
    const struct api_key_keeper keeper = {.keep = store_key, .data = history};

    history_each_key(history, recall, keys);
    api_keys_keep(keys, &keeper);
}
