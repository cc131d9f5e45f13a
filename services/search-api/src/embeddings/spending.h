// SPDX-License-Identifier: MIT
/* Tokens of queries. A search only reads, so what its query has cost is kept here until the next
 * run of the embedder writes it into the day's use. If the process is killed, the tokens of about
 * two seconds are not counted. */
#pragma once

#include "api/service.h"

#include "embeddings/vector_store.h"

struct spending {
    struct service *service; /* borrowed */
    struct budget budget;    /* as of the last run; `daily` is set by the owner */
    struct vector_spent list[VECTORS_WRITTEN_MAX]; /* not written yet, one of a tenant */
    size_t count;
};

/* Whether the tenant may still have so many tokens. False: FAULT_UNAVAILABLE
 * "embeddings_over_budget", also where too many tenants wait to be written. */
bool spending_allows(const struct spending *spending, const struct uuid *tenant_id, int64_t tokens,
                     struct fault *fault) MUST_CHECK;
void spending_add(struct spending *spending, const struct uuid *tenant_id, int64_t tokens);
bool spending_write(struct spending *spending, struct fault *fault) MUST_CHECK;
