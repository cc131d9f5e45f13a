// SPDX-License-Identifier: MIT
/* Background deletion in batches, each in a transaction of its own, so that none is long. */
#pragma once

#include "db/transaction.h"

enum { DB_BATCHES_MAX = 200 };
/* Must run in a fiber. Runs `statement` until it affects (or, as a SELECT, returns) fewer rows than
 * `batch_rows`, at most DB_BATCHES_MAX times; remaining rows are left for the next call. The
 * statement's only parameter is `batch_rows`: it must affect or return no more rows than that, and
 * skip rows that another transaction has locked. */
bool db_batches_run(struct db_pool *pool, const struct db_statement *statement, int64_t batch_rows,
                    struct fault *fault) MUST_CHECK;
