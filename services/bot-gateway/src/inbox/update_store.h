// SPDX-License-Identifier: MIT
/* Rows of the table `update`. */
#pragma once

#include "db/transaction.h"

#include "inbox/update.h"

enum { UPDATE_BATCH_MAX = 64 };

/* Stores updates in one statement and commits, in one round trip; inside db_transaction(). `fresh`
 * says of each whether it was not there before. FAULT_NOT_FOUND "not_found": a bot has gone. */
bool update_store_commit(struct db *tx, const struct update *const *updates, size_t count,
                         bool *fresh, struct fault *fault) MUST_CHECK;

/* Updates are kept for 72 h when they are done, for 30 days as dead letters. `any`: there are older
 * ones. Forgets UPDATE_FORGET_MAX at most; `more`: perhaps there are more. */
enum { UPDATE_FORGET_MAX = 500 };
bool update_store_forgettable(struct db *db, bool *any, struct fault *fault) MUST_CHECK;
bool update_store_forget(struct db *tx, bool *more, struct fault *fault) MUST_CHECK;
