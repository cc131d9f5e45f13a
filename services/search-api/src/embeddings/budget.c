// SPDX-License-Identifier: MIT
#include "embeddings/budget.h"

enum { RESERVED = 4, QUERIES = 8 /* divisors of the day */ };

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t reserved(const struct budget *budget)
{
    return budget->tenants > 1 ? budget->daily / RESERVED : 0;
}

static int64_t open_to_all(const struct budget *budget)
{
    return budget->daily - reserved(budget) - budget->used;
}

static int64_t share(const struct budget *budget)
{
    return budget->tenants > 1 ? reserved(budget) / budget->tenants : 0;
}

int64_t budget_documents(int64_t daily)
{
    return daily - daily / QUERIES;
}

int64_t budget_left(const struct budget *budget, int64_t used)
{
    const int64_t open = open_to_all(budget);
    const int64_t own = least(share(budget) - used, budget->daily - budget->used);
    const int64_t left = open > own ? open : own;

    return left > 0 ? left : 0;
}

int64_t budget_limit(const struct budget *budget)
{
    if (open_to_all(budget) > 0)
        return INT64_MAX;
    return budget->used < budget->daily ? share(budget) : 0;
}
