// SPDX-License-Identifier: MIT
/* SQL of the AI's daily budget: the tables `ai_budget` and `ai_tenant`. */
#pragma once

#include "db/query.h"

/* Counts one more call of this day (UTC), over all instances. `granted` is false if `max_calls` (1
 * or more) were counted already, or all but the last quarter: if several tenants have active bots,
 * that quarter is divided equally among them. */
bool ai_store_count_call(struct db_pool *pool, const struct uuid *tenant_id, int64_t max_calls,
                         bool *granted, struct fault *fault) MUST_CHECK;
