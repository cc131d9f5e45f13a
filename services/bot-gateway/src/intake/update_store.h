// SPDX-License-Identifier: MIT
/* Rows of the table `update`. */
#pragma once

#include "db/transaction.h"

#include "intake/update.h"

enum { UPDATE_BATCH_MAX = DB_CALLS_MAX };

/* Stores updates and commits, in one round trip; inside db_transaction(). `fresh` says of each
 * whether it was not there before. FAULT_NOT_FOUND "not_found": a bot has gone. */
bool update_store_commit(struct db *tx, const struct update *const *updates, size_t count,
                         bool *fresh, struct fault *fault) MUST_CHECK;

/* Forgets some of what is done and older than 72 h, and of dead letters older than 30 days: at most
 * UPDATE_SWEEP_MAX rows, whose number is `gone`. */
enum { UPDATE_SWEEP_MAX = 500 };
bool update_store_sweep(struct db *tx, int64_t *gone, struct fault *fault) MUST_CHECK;
/* Whether there is anything to forget. */
bool update_store_due(struct db *db, bool *due, struct fault *fault) MUST_CHECK;
