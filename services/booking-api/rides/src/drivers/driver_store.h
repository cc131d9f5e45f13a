// SPDX-License-Identifier: MIT
/* SQL of drivers. Text in a struct driver is borrowed from the arena or the rows it was read to. */
#pragma once

#include "db/query.h"

#include "drivers/driver.h"

struct list_place;

extern const struct db_shape driver_shape;

/* FAULT_NOT_FOUND "not_found" when the tenant has no such driver. Who was erased is found by none
 * of these. */
bool driver_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                       struct arena *arena, struct driver *out, struct fault *fault) MUST_CHECK;
/* The same, locked until the transaction ends. */
bool driver_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                       struct arena *arena, struct driver *out, struct fault *fault) MUST_CHECK;
bool driver_store_exists(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                         bool *exists, struct fault *fault) MUST_CHECK;
/* Set version and times as stored. FAULT_CONFLICT "telegram_taken": the account is another
 * driver's. */
bool driver_store_insert(struct db *tx, struct driver *driver, struct fault *fault) MUST_CHECK;
bool driver_store_update(struct db *tx, struct driver *driver, struct fault *fault) MUST_CHECK;

/* One trip more that he has driven. */
bool driver_store_count_trip(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
/* Suspends a locked driver who is active and has at least `most` faults since that instant.
 * `version`: his, if he became suspended; else 0. */
bool driver_store_suspend(struct db *tx, const struct uuid *id, int64_t since, int64_t most,
                          int64_t *version, struct fault *fault) MUST_CHECK;

struct driver_filter {
    struct uuid only; /* nil: any */
    int64_t telegram_id;
    int status; /* -1: any */
};
/* Newest first, at most `limit`, after `place`: rows of a LIST_PAGE_OF statement. */
bool driver_store_list(struct db *db, const struct uuid *tenant_id,
                       const struct driver_filter *filter, const struct list_place *place,
                       int64_t limit, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void driver_store_read(const struct db_rows *rows, int row, struct driver *out);
