// SPDX-License-Identifier: MIT
/* Background deletion in batches, each in a transaction of its own, so that none of them is long.
 */
#pragma once

#include "db/transaction.h"

enum { DB_BATCHES_MAX = 200 };
/* Runs `statement` until it affects fewer rows than `limit`, at most DB_BATCHES_MAX times; the rest
 * is left for the next run. The statement affects at most {limit} rows, its only parameter, and
 * skips rows that another transaction has locked. In a fiber. */
bool db_batches(struct db_pool *pool, const struct db_statement *statement, int64_t limit,
                struct fault *fault) MUST_CHECK;
