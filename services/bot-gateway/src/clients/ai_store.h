// SPDX-License-Identifier: MIT
/* SQL of the AI's daily budget: the table `ai_budget`. */
#pragma once

#include "db/query.h"

/* Counts one more call of this day (UTC), over all instances. If there were `most` calls already,
 * `granted` is false. `most` is at least 1. */
bool ai_store_count_call(struct db_pool *pool, int64_t most, bool *granted,
                         struct fault *fault) MUST_CHECK;
