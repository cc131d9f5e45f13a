// SPDX-License-Identifier: MIT
/* A table of accounts and transfers between them, for the suites of transactions. */
#pragma once

#include "db/transaction.h"

/* Inserts (id, balance, owner); changes the balance of (id, amount) and returns it. */
extern const struct db_statement account_add, account_change;

/* stand_begin(), then twenty accounts with a balance of 100 each; stand_end() ends it. */
void account_begin(void);
void account_begin_with(const struct db_options *options);
/* `exclusive` connections, with at most `wait_max` fibers queued for at most `wait_ms`. */
void account_begin_line(size_t exclusive, size_t wait_max, int64_t wait_ms);

/* Reads a balance from outside the pool. */
long long account_balance(int id);

/* From now on PostgreSQL blocks in the COMMIT of every change, until stand_unlock(). */
void account_hold_commits(void);

/* Bodies of transactions: transfer 30 from account 1 to account 2. */
bool account_move(struct db *tx, void *arg, struct fault *fault);
/* The same with db_query_and_commit(); only for the first transfer. */
bool account_move_and_commit(struct db *tx, void *arg, struct fault *fault);
/* The same, rolled back. */
bool account_move_dry(struct db *tx, void *arg, struct fault *fault);
