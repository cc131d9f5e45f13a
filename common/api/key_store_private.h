// SPDX-License-Identifier: MIT
/* The tables of schema `api`: tenant, client, api_key. */
#pragma once

#include "api/key.h"
#include "base/digest.h"
#include "db/query.h"

/* Finds a key by its hash. `found` is false for an unknown, revoked or expired key. */
bool key_store_find(const struct api_keys_options *keys, const uint8_t hash[DIGEST_SHA256_LEN],
                    bool *found, struct key_record *out, struct fault *fault) MUST_CHECK;

/* The options of the commands `--keys create` and `--keys ensure`. */
struct key_draft {
    struct slice tenant; /* name; created if it does not exist */
    struct slice client; /* name in the tenant; created if it does not exist */
    struct slice scopes;
    struct slice prefix;
    uint8_t hash[DIGEST_SHA256_LEN];
    int64_t rate_per_s;
    int64_t burst;
    int32_t expires_day; /* the last day, UTC; DATE_ABSENT: never */
};
bool key_store_insert(struct db *tx, const struct key_draft *draft, struct uuid *id,
                      struct fault *fault) MUST_CHECK;

/* Ensures that the client has the key of this hash with these scopes and limits, and revokes all
 * other keys of the client; `revoked` is their number. FAULT_CONFLICT "key_spent": the key of this
 * hash is revoked, or belongs to another client. */
bool key_store_ensure(struct db *tx, const struct key_draft *draft, int64_t *revoked,
                      struct fault *fault) MUST_CHECK;

enum { KEY_STORE_LIST_COLUMNS = 8 };
/* Lists all keys. Columns, all text: id, prefix, tenant, client, scopes, rate/burst, last use,
 * state. */
bool key_store_list(struct db *db, struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* Revokes a key by id or prefix and sets `revoked_id`. FAULT_NOT_FOUND; FAULT_CONFLICT
 * "prefix_not_unique". */
bool key_store_revoke(struct db *tx, struct slice id_or_prefix, struct uuid *revoked_id,
                      struct fault *fault) MUST_CHECK;

/* Sets last_used_at of these keys, unless it is younger than a minute. */
bool key_store_mark_used(struct db_pool *pool, const struct uuid *ids, size_t count,
                         struct fault *fault) MUST_CHECK;
