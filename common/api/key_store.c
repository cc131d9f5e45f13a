// SPDX-License-Identifier: MIT
#include "api/key_store.h"

bool key_store_find(struct db *db, const uint8_t hash[DIGEST_SHA256_LEN], bool *found,
                    struct key_record *out, struct fault *fault)
{
    static const struct db_statement sql = {
        .name = "api_key_find",
        .sql = "SELECT k.id, k.client_id, c.tenant_id, k.scopes, k.prefix LIKE 'tb\\_test\\_%',"
               " k.rate_per_s::bigint, k.burst::bigint, k.expires_at"
               " FROM api.api_key k JOIN api.client c ON c.id = k.client_id"
               " WHERE k.hash = decode($1, 'hex') AND k.revoked_at IS NULL"
               " AND (k.expires_at IS NULL OR k.expires_at > now())",
    };
    auto_rows struct db_rows rows = {0};
    char hex[2 * DIGEST_SHA256_LEN + 1];
    struct key_record record;

    digest_hex(hash, DIGEST_SHA256_LEN, hex);
    if (!db_query(db, &sql, DB_VALUES(db_str(hex)), &rows, fault))
        return false;
    if (rows.count == 0) {
        *found = false;
        return true;
    }
    record = (struct key_record){
        .id = db_get_uuid(&rows, 0, 0),
        .client_id = db_get_uuid(&rows, 0, 1),
        .tenant_id = db_get_uuid(&rows, 0, 2),
        .test = db_get_bool(&rows, 0, 4),
        .rate_per_s = db_get_int(&rows, 0, 5),
        .burst = db_get_int(&rows, 0, 6),
        .expires_us = db_is_null(&rows, 0, 7) ? INT64_MIN : db_get_time(&rows, 0, 7),
    };
    /* A scope of a newer version is not ours to judge: such a key does not work here. */
    *found = api_scope_parse(db_get_text(&rows, 0, 3), &record.scopes);
    if (*found)
        *out = record;
    return true;
}

bool key_store_touch(struct db *tx, struct slice ids, struct fault *fault)
{
    static const struct db_statement sql = {
        .name = "api_key_touch",
        .sql = "UPDATE api.api_key SET last_used_at = now()"
               " WHERE id = ANY ($1::text::uuid[])"
               " AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')",
    };
    auto_rows struct db_rows rows = {0};

    return db_query(tx, &sql, DB_VALUES(db_text(ids)), &rows, fault);
}
