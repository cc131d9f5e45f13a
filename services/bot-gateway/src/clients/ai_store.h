// SPDX-License-Identifier: MIT
/* SQL of the AI's daily budget: the table `ai_budget`. */
#pragma once

#include "db/query.h"

/* Counts one more call of this day (UTC) over all instances; `granted` is false if there were
 * `most` already. `most` is at least 1. Inside db_transaction(). */
bool ai_store_take(struct db *tx, int64_t most, bool *granted, struct fault *fault) MUST_CHECK;
