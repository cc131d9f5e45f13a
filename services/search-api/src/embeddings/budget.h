// SPDX-License-Identifier: MIT
/* How tenants share the tokens of a day, which texts cost when they get vectors. Pure.
 *
 * Three quarters go to any tenant with texts to embed. The last quarter is divided equally: a
 * tenant may use its part until its total use, of any kind, reaches that part. So even if one
 * tenant sends a lot, every other tenant gets vectors on the same day. A single tenant may use the
 * whole day. Documents leave an eighth to queries, so that searches by vectors work while many
 * documents wait for theirs.
 */
#pragma once

#include <stdint.h>

struct budget {
    int64_t daily;   /* tokens */
    int64_t used;    /* tokens used by all tenants */
    int64_t tenants; /* that have documents */
};

/* How many of the tokens of a day documents may use. */
int64_t budget_document_tokens(int64_t daily);
/* The tokens left for a tenant that has used `used`; not below 0. */
int64_t budget_tokens_left(const struct budget *budget, int64_t used);
/* The number of tokens from which on a tenant has none left. INT64_MAX: no tenant has a limit. */
int64_t budget_tenant_limit(const struct budget *budget);
