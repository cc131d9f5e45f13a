// SPDX-License-Identifier: MIT
/* The tokens that queries have used. A search writes nothing, so the tokens of its query stay in
 * memory until the next run of the embedder stores them. If the process is killed, the tokens used
 * in about two seconds are not counted. */
#pragma once

#include "api/service.h"

#include "embeddings/vector_store.h"

struct spending {
    struct service *service;                       /* borrowed */
    struct budget budget;                          /* as of the last run; the owner sets `daily` */
    struct vector_spent list[VECTORS_WRITTEN_MAX]; /* unsaved, one entry per tenant */
    size_t count;
};

/* Whether the tenant may use this many tokens. False: FAULT_UNAVAILABLE "embeddings_over_budget",
 * also if too many tenants have unsaved tokens. */
bool spending_allows(const struct spending *spending, const struct uuid *tenant_id, int64_t tokens,
                     struct fault *fault) MUST_CHECK;
void spending_add_tokens(struct spending *spending, const struct uuid *tenant_id, int64_t tokens);
bool spending_store_and_read_budget(struct spending *spending, struct fault *fault) MUST_CHECK;
