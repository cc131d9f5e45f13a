// SPDX-License-Identifier: MIT
/* SQL of drivers. Text in a struct driver is borrowed from the arena or the rows it was read to. */
#pragma once

#include "db/query.h"

#include "drivers/driver.h"

/* FAULT_NOT_FOUND "not_found" if the tenant has no such driver. No function here returns an erased
 * driver. */
bool driver_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                       struct arena *arena, struct driver *out, struct fault *fault) MUST_CHECK;
/* The same, locked until the transaction ends. */
bool driver_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                       struct arena *arena, struct driver *out, struct fault *fault) MUST_CHECK;
bool driver_store_exists(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                         bool *exists, struct fault *fault) MUST_CHECK;
/* Set the stored version and times. FAULT_CONFLICT "telegram_taken": another driver has the
 * account. */
bool driver_store_insert(struct db *tx, struct driver *driver, struct fault *fault) MUST_CHECK;
bool driver_store_update(struct db *tx, struct driver *driver, struct fault *fault) MUST_CHECK;

bool driver_store_count_trip(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
/* Suspends a locked, active driver who has at least `most` faults since `since`. `version`: the new
 * version, or 0 if nothing changed. */
bool driver_store_suspend(struct db *tx, const struct uuid *id, int64_t since, int64_t most,
                          int64_t *version, struct fault *fault) MUST_CHECK;

/* For list_reply(): the drivers of a tenant, the newest first. Values: tenant, id, telegram_id,
 * status; NULL: any. */
extern const struct db_statement driver_list_statement;
