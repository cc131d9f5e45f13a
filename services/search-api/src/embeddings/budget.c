// SPDX-License-Identifier: MIT
#include "embeddings/budget.h"

#include "base/number.h"

enum {
    RESERVED = 4,  /* a quarter of the day's tokens is divided equally among tenants */
    QUERIES = 8,   /* an eighth of the day's tokens is reserved for queries */
    WORDS_MIN = 2, /* a text with fewer words gets no vector */
    BYTES_A_TOKEN = 4
};

static int64_t reserved_tokens(const struct budget *budget)
{
    return budget->tenants > 1 ? budget->daily / RESERVED : 0;
}

/* The tokens left that any tenant may use. */
static int64_t unreserved_tokens_left(const struct budget *budget)
{
    return budget->daily - reserved_tokens(budget) - budget->used;
}

/* The part of the reserved tokens that one tenant may use. */
static int64_t tenant_share(const struct budget *budget)
{
    return budget->tenants > 1 ? reserved_tokens(budget) / budget->tenants : 0;
}

int64_t budget_tokens_for_documents(int64_t daily_tokens)
{
    return daily_tokens - daily_tokens / QUERIES;
}

int64_t budget_tokens_left_for_tenant(const struct budget *budget, int64_t used_by_tenant)
{
    const int64_t open = unreserved_tokens_left(budget);
    const int64_t own =
        number_min(tenant_share(budget) - used_by_tenant, budget->daily - budget->used);

    return number_max(number_max(open, own), 0);
}

int64_t budget_tenant_token_limit(const struct budget *budget)
{
    if (unreserved_tokens_left(budget) > 0)
        return INT64_MAX;
    return budget->used < budget->daily ? tenant_share(budget) : 0;
}

bool budget_text_needs_vector(struct slice text, int64_t word_count)
{
    return word_count >= WORDS_MIN && !slice_starts(text, SLICE("/"));
}

int64_t budget_estimate_tokens(struct slice text)
{
    return (int64_t)text.len / BYTES_A_TOKEN + 1;
}
