// SPDX-License-Identifier: MIT
/* SQL of the AI's budget: the table `ai_budget`. */
#pragma once

#include "db/query.h"

/* Counts one more call of this day (UTC) over all copies, if it is at most the `most`-th (1 or
 * more); `granted` is false where it is not. Inside db_transaction(). */
bool ai_store_take(struct db *tx, int64_t most, bool *granted, struct fault *fault) MUST_CHECK;
