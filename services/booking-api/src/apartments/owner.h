// SPDX-License-Identifier: MIT
/* An owner of apartments. Bots send questions and notifications to owners. Files:
 * handlers/owner_handlers.c has the routes, owner_json.c the JSON fields, owner_store.c the SQL. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/language.h"
#include "db/query.h"

struct owner {
    struct uuid id;
    struct uuid tenant_id;
    struct slice name;
    struct slice phone; /* E.164 */
    int64_t telegram_id;
    int language;              /* enum language */
    bool notify;               /* true: bots send notifications */
    struct slice payment_info; /* how guests pay; shown in their bookings */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* Finds an owner of the tenant, else FAULT_NOT_FOUND. Text is in the arena. */
bool owner_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct owner *out, struct fault *fault) MUST_CHECK;
/* Like owner_store_find(), and locks the row until the transaction ends. */
bool owner_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct owner *out, struct fault *fault) MUST_CHECK;
bool owner_store_exists(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        bool *exists, struct fault *fault) MUST_CHECK;
/* Inserts the owner if the version is 0, else writes the row, and sets version, created_at and
 * updated_at as stored. FAULT_PRECONDITION "version_mismatch" if the row has another version. */
bool owner_store_write(struct db *tx, struct owner *owner, struct fault *fault) MUST_CHECK;
/* Statement for list_reply(): the owners of a tenant, newest first. Values: tenant_id, id (NULL:
 * any), telegram_id (NULL: any). */
extern const struct db_statement owner_list_statement;
