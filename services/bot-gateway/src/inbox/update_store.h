// SPDX-License-Identifier: MIT
/* SQL of the table `update`: insert and delete. */
#pragma once

#include "db/transaction.h"

#include "inbox/update.h"

enum { UPDATE_BATCH_MAX = 64 };

/* Stores `count` updates by one statement and commits in the same round trip; call it inside
 * db_transaction(). Does not use the updates after its first wait. `is_new[i]` is false if the bot
 * already had update i. FAULT_NOT_FOUND "not_found": a bot was deleted. */
bool update_store_insert_and_commit(struct db *tx, const struct update *const *updates,
                                    size_t count, bool *is_new, struct fault *fault) MUST_CHECK;

/* Statement for db_batches_run(): deletes done updates after 72 h and dead ones after 30 days. */
extern const struct db_statement update_store_delete_old;
