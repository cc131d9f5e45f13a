// SPDX-License-Identifier: MIT
#include "embeddings/spending.h"

#include "db/transaction.h"

/* The index of the tenant; `count` if it is not listed. */
static size_t find_tenant_index(const struct spending *spending, const struct uuid *tenant_id)
{
    size_t at = 0;

    while (at < spending->count && !uuid_equal(&spending->list[at].tenant_id, tenant_id))
        at++;
    return at;
}

bool spending_allows(const struct spending *spending, const struct uuid *tenant_id, int64_t tokens,
                     struct fault *fault)
{
    struct budget budget = spending->budget;
    int64_t own;

    if (!vector_store_read_used_tokens(spending->service->db, tenant_id, &budget.used, &own, fault))
        return false;
    const size_t at = find_tenant_index(spending, tenant_id);
    for (size_t i = 0; i < spending->count; i++)
        budget.used += spending->list[i].tokens;
    if (at < spending->count)
        own += spending->list[at].tokens;
    return (at < VECTORS_WRITTEN_MAX && tokens <= budget_tokens_left_for_tenant(&budget, own)) ||
           fault_set(fault, FAULT_UNAVAILABLE, "embeddings_over_budget",
                     "The day's tokens of the tenant are used up.");
}

void spending_add_tokens(struct spending *spending, const struct uuid *tenant_id, int64_t tokens)
{
    const size_t at = find_tenant_index(spending, tenant_id);

    if (at == VECTORS_WRITTEN_MAX)
        return;
    if (at == spending->count)
        spending->list[spending->count++] = (struct vector_spent){.tenant_id = *tenant_id};
    spending->list[at].tokens += tokens;
}

static bool write_unsaved_tokens(struct db *tx, void *arg, struct fault *fault)
{
    const struct spending *written = arg;

    return vector_store_add_used_tokens(tx, written->list, written->count, fault);
}

bool spending_store_and_read_budget(struct spending *spending, struct fault *fault)
{
    struct spending written = *spending;

    if (written.count > 0) {
        spending->count = 0;
        if (!db_transaction(spending->service->pool, write_unsaved_tokens, &written, fault)) {
            for (size_t i = 0; i < written.count; i++)
                spending_add_tokens(spending, &written.list[i].tenant_id, written.list[i].tokens);
            return false;
        }
    }
    return vector_store_read_budget(spending->service->db, &spending->budget, fault);
}
