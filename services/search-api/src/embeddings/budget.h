// SPDX-License-Identifier: MIT
/* How tenants share the tokens of a day. Pure.
 *
 * Three quarters are for whoever has something to embed. The last quarter is divided equally: a
 * tenant has its part of it until it has used as many tokens, wherever they came from. So however
 * much one tenant sends, each of the others gets vectors on the same day. A single tenant may use
 * all of the day. Documents leave an eighth of it to queries, so that a search by meaning works
 * while old documents get their vectors. */
#pragma once

#include <stdint.h>

struct budget {
    int64_t daily;   /* tokens */
    int64_t used;    /* of them, by all tenants */
    int64_t tenants; /* that have documents */
};

/* The part of a day's tokens that documents may use. */
int64_t budget_documents(int64_t daily);
/* How many tokens are left for a tenant that has used `used`; not below 0. */
int64_t budget_left(const struct budget *budget, int64_t used);
/* Nothing is left for a tenant that has used so many; INT64_MAX: something is left for all. */
int64_t budget_limit(const struct budget *budget);
