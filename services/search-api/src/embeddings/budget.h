// SPDX-License-Identifier: MIT
/* Which texts get a vector, and how tenants share the tokens of a day that the vectors cost. Pure.
 *
 * Three quarters of the tokens are for any tenant with texts to embed. The last quarter is divided
 * equally: a tenant may use its part until all the tokens it has used that day reach that part. So
 * even if one tenant sends a lot, every other tenant gets vectors on the same day. If there is only
 * one tenant, it may use all tokens. Documents leave an eighth to queries, so that searches by
 * vectors work while many documents wait for their vectors.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct budget {
    int64_t daily;   /* tokens of a day */
    int64_t used;    /* tokens used by all tenants today */
    int64_t tenants; /* number of tenants that have documents */
};

/* The part of a day's tokens that documents may use; the rest is reserved for queries. */
int64_t budget_tokens_for_documents(int64_t daily_tokens);
/* The tokens left for a tenant that has used `used_by_tenant` tokens today; not below 0. */
int64_t budget_tokens_left_for_tenant(const struct budget *budget, int64_t used_by_tenant);
/* The limit of tokens per tenant: a tenant that has used so many tokens today has none left.
 * INT64_MAX: no tenant has a limit now.
 */
int64_t budget_tenant_token_limit(const struct budget *budget);

/* Whether a text gets a vector. False for commands to a bot ("/start") and for single words,
 * because "да" and "ок" are similar to everything. `word_count` is the number of words of the text
 * (text/words.h). */
bool budget_text_needs_vector(struct slice text, int64_t word_count);
/* An upper estimate of the tokens of a text: a token has four bytes in English and Kazakh, more in
 * Russian. The estimate counts until the endpoint reports the actual number. */
int64_t budget_estimate_tokens(struct slice text);
