// SPDX-License-Identifier: MIT
/* An owner of apartments. Bots send the owner questions and notifications. Files:
 * handlers/owner_handlers.c has the routes, owner_json.c the JSON fields, owner_store.c the SQL. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/value.h"
#include "db/query.h"

struct api_caller;
struct list_cursor;

struct owner {
    struct uuid id;
    struct uuid tenant_id;
    struct slice name;
    struct slice phone; /* E.164 */
    int64_t telegram_id;
    int language; /* enum language */
    bool notify;
    struct slice payment_info; /* how guests pay; shown in their bookings */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* FAULT_NOT_FOUND if the tenant has no such owner. */
bool owner_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct owner *out, struct fault *fault) MUST_CHECK;
/* The same, and locks the row until the transaction ends. */
bool owner_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct owner *out, struct fault *fault) MUST_CHECK;
bool owner_store_exists(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        bool *exists, struct fault *fault) MUST_CHECK;
/* Sets version and times as stored. */
bool owner_store_insert(struct db *tx, struct owner *owner, struct fault *fault) MUST_CHECK;
bool owner_store_update(struct db *tx, struct owner *owner, struct fault *fault) MUST_CHECK;
struct owner_filter {
    struct uuid only;    /* nil: any */
    int64_t telegram_id; /* FIELD_ABSENT: any */
};
/* Newest first, at most `limit`, after `cursor`. Rows of a LIST_PAGE_OF statement with
 * the columns of `owner_shape`. */
extern const struct db_shape owner_shape;
bool owner_store_list(struct db *db, const struct uuid *tenant_id,
                      const struct owner_filter *filter, const struct list_cursor *cursor,
                      int64_t limit, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void owner_store_read(const struct db_rows *rows, int row, struct owner *out);
