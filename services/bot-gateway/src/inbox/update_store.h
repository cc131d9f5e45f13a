// SPDX-License-Identifier: MIT
/* SQL of the table `update`. */
#pragma once

#include "db/transaction.h"

#include "inbox/update.h"

enum { UPDATE_BATCH_MAX = 64 };

/* Stores updates by one statement and commits, in one round trip; inside db_transaction(). `is_new`
 * is set for each: false if it existed. FAULT_NOT_FOUND "not_found": a bot was deleted. */
bool update_store_commit(struct db *tx, const struct update *const *updates, size_t count,
                         bool *is_new, struct fault *fault) MUST_CHECK;

/* For db_batches_run(): done updates are stored for 72 h, dead letters for 30 days. */
extern const struct db_statement update_store_delete_old;
