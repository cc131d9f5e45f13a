// SPDX-License-Identifier: MIT
#include "api/key_store_private.h"
#include "db/transaction.h"

bool key_store_find(const struct api_keys_options *keys, const uint8_t hash[DIGEST_SHA256_LEN],
                    bool *found, struct key_record *out, struct fault *fault)
{
    static const struct db_statement sql = {
        .name = "api_key_find",
        .sql = "SELECT k.id, k.client_id, c.tenant_id, k.scopes, k.prefix LIKE 'tb\\_test\\_%',"
               " k.rate_per_s::bigint, k.burst::bigint, k.expires_at, coalesce(t.name IN "
               "('system', $2), false)"
               " FROM api.api_key k JOIN api.client c ON c.id = k.client_id"
               " JOIN api.tenant t ON t.id = c.tenant_id"
               " WHERE k.hash = decode($1, 'hex') AND k.revoked_at IS NULL"
               " AND (k.expires_at IS NULL OR k.expires_at > now())",
    };
    auto_rows struct db_rows rows = {0};
    char hex[2 * DIGEST_SHA256_LEN + 1];

    digest_hex(hash, DIGEST_SHA256_LEN, hex);
    if (!db_query(db_shared(keys->pool), &sql,
                  DB_VALUES(db_str(hex), db_str(keys->operator_tenant)), &rows, fault))
        return false;
    if (rows.count == 0) {
        *found = false;
        return true;
    }
    const unsigned withheld =
        db_get_bool(&rows, 0, 8) ? 0 : api_scope_get_system_bits(keys->callers);
    *out = (struct key_record){
        .id = db_get_uuid(&rows, 0, 0),
        .client_id = db_get_uuid(&rows, 0, 1),
        .tenant_id = db_get_uuid(&rows, 0, 2),
        .scopes = api_scope_bits_from_names(keys->callers, db_get_text(&rows, 0, 3)) & ~withheld,
        .test = db_get_bool(&rows, 0, 4),
        .rate_per_s = db_get_int(&rows, 0, 5),
        .burst = db_get_int(&rows, 0, 6),
        .expires_us = db_is_null(&rows, 0, 7) ? INT64_MIN : db_get_time(&rows, 0, 7),
    };
    *found = true;
    return true;
}

// clang-format off
/* Creates tenant, client and key in one statement, so that a failure leaves none of them behind.
 * The updates change nothing: they make RETURNING return the id of an existing row. */
#define KEY_INSERT                                                                                 \
    "WITH new_tenant AS ("                                                                         \
    " INSERT INTO api.tenant (id, name) VALUES ($1::uuid, $2::text)"                               \
    " ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id),"                        \
    " new_client AS ("                                                                             \
    " INSERT INTO api.client (id, tenant_id, name)"                                                \
    " SELECT $3::uuid, id, $4::text FROM new_tenant"                                               \
    " ON CONFLICT (tenant_id, name) DO UPDATE SET name = excluded.name RETURNING id)"              \
    " INSERT INTO api.api_key"                                                                     \
    " (id, client_id, hash, prefix, scopes, rate_per_s, burst, expires_at)"                        \
    " SELECT $5::uuid, id, decode($6::text, 'hex'), $7::text, $8::text, $9::bigint,"               \
    " $10::bigint, ($11::date + 1)::timestamp AT TIME ZONE 'UTC' FROM new_client"

static const struct db_statement sql_insert = {
    .name = "api_key_insert",
    .sql = KEY_INSERT
           " RETURNING id, client_id",
};
static const struct db_statement sql_ensure = {
    .name = "api_key_ensure",
    .sql = KEY_INSERT
           " ON CONFLICT (hash) DO UPDATE"
           " SET scopes = excluded.scopes, rate_per_s = excluded.rate_per_s,"
           " burst = excluded.burst, expires_at = excluded.expires_at"
           " WHERE api_key.client_id = excluded.client_id AND api_key.revoked_at IS NULL"
           " RETURNING id, client_id",
};
static const struct db_statement sql_revoke_others = {
    .name = "api_key_revoke_others",
    .sql = "UPDATE api.api_key SET revoked_at = now()"
           " WHERE client_id = $1::uuid AND id <> $2::uuid AND revoked_at IS NULL",
};
// clang-format on

static bool write_key(struct db *tx, const struct db_statement *statement,
                      const struct key_draft *draft, struct db_rows *rows, struct fault *fault)
{
    const struct uuid tenant = uuid_make();
    const struct uuid client = uuid_make();
    const struct uuid key = uuid_make();
    char hex[2 * DIGEST_SHA256_LEN + 1];

    digest_hex(draft->hash, sizeof draft->hash, hex);
    return db_query(tx, statement,
                    DB_VALUES(db_uuid(&tenant), db_text(draft->tenant), db_uuid(&client),
                              db_text(draft->client), db_uuid(&key), db_str(hex),
                              db_text(draft->prefix), db_text(draft->scopes),
                              db_int(draft->rate_per_s), db_int(draft->burst),
                              db_date(draft->expires_day)),
                    rows, fault);
}

bool key_store_insert(struct db *tx, const struct key_draft *draft, struct uuid *id,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!write_key(tx, &sql_insert, draft, &rows, fault))
        return false;
    *id = db_get_uuid(&rows, 0, 0);
    return true;
}

bool key_store_ensure(struct db *tx, const struct key_draft *draft, int64_t *revoked,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    auto_rows struct db_rows others = {0};
    struct uuid id, client;

    if (!write_key(tx, &sql_ensure, draft, &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_CONFLICT, "key_spent",
                         "This key was revoked, or is another client's: a new one is needed.");
    id = db_get_uuid(&rows, 0, 0);
    client = db_get_uuid(&rows, 0, 1);
    if (!db_query(tx, &sql_revoke_others, DB_VALUES(db_uuid(&client), db_uuid(&id)), &others,
                  fault))
        return false;
    *revoked = others.affected;
    return true;
}

bool key_store_list(struct db *db, struct db_rows *rows, struct fault *fault)
{
    static const struct db_statement sql = {
        .name = "api_key_list",
        .sql = "SELECT k.id::text, k.prefix, t.name, c.name, k.scopes,"
               " k.rate_per_s || '/' || k.burst,"
               " coalesce(to_char(k.last_used_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),"
               " 'unused'),"
               " CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'"
               " WHEN k.expires_at <= now() THEN 'expired' ELSE 'live' END"
               " FROM api.api_key k JOIN api.client c ON c.id = k.client_id"
               " JOIN api.tenant t ON t.id = c.tenant_id ORDER BY t.name, c.name, k.created_at",
    };

    return db_query(db, &sql, DB_NO_VALUES, rows, fault);
}

bool key_store_revoke(struct db *tx, struct slice id_or_prefix, struct uuid *revoked_id,
                      struct fault *fault)
{
    static const struct db_statement sql_find = {
        .name = "api_key_find_named",
        .sql = "SELECT id FROM api.api_key WHERE id::text = lower($1::text) OR prefix = $1::text"
               " FOR UPDATE",
    };
    static const struct db_statement sql_revoke = {
        .name = "api_key_revoke",
        .sql = "UPDATE api.api_key SET revoked_at = coalesce(revoked_at, now())"
               " WHERE id = $1::uuid",
    };
    auto_rows struct db_rows found = {0};
    struct uuid key;

    if (!db_query(tx, &sql_find, DB_VALUES(db_text(id_or_prefix)), &found, fault))
        return false;
    if (found.count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such key.");
    if (found.count > 1)
        return fault_set(fault, FAULT_CONFLICT, "prefix_not_unique",
                         "Several keys begin so; use the id.");
    key = db_get_uuid(&found, 0, 0);
    if (!db_query(tx, &sql_revoke, DB_VALUES(db_uuid(&key)), NULL, fault))
        return false;
    *revoked_id = key;
    return true;
}

bool key_store_mark_used(struct db_pool *pool, const struct uuid *ids, size_t count,
                         struct fault *fault)
{
    static const struct db_statement sql = {
        .name = "api_key_touch",
        .sql = "UPDATE api.api_key SET last_used_at = now()"
               " WHERE id = ANY ($1::uuid[])"
               " AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')",
    };

    return db_execute(pool, &sql, DB_VALUES(DB_ITEMS(DB_UUID, ids, count)), NULL, fault);
}
