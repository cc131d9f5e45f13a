// SPDX-License-Identifier: MIT
/* What query.c and transaction.c share. Private to db/. */
#pragma once

#include "db/pool_private.h"

/* Hands the results of a wait that is DONE to its calls. */
void db_take_rows(struct db_wait *wait);

/* Runs checked calls in the transaction. */
bool db_tx_run(struct db *tx, const struct db_call *calls, size_t count,
               struct fault *fault) MUST_CHECK;
