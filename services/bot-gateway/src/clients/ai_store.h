// SPDX-License-Identifier: MIT
/* SQL of the AI's daily budget: the table `ai_budget`. */
#pragma once

#include "db/query.h"

/* Counts one more call of this day (UTC), over all instances. If `max_calls` (1 or more) were
 * counted already, `granted` is false and nothing changes. */
bool ai_store_count_call(struct db_pool *pool, int64_t max_calls, bool *granted,
                         struct fault *fault) MUST_CHECK;
