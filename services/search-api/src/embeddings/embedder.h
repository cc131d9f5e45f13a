// SPDX-License-Identifier: MIT
/* Makes vectors of documents in the background, and of queries on request. Tenants take turns, each
 * with its newest document, and share the budget of the day (budget.h).
 *
 * Waiting documents are rows of `vector_due`, so an instance that ends loses only answers that it
 * was waiting for. A lease lets one instance at a time work, within the budget of all instances. If
 * another document of the generation has the same text, its vector is reused. Commands and single
 * words get no vector. A text that the endpoint refuses, or that fails while the probe succeeds, is
 * tried three times.
 *
 * Another model, other dimensions or other prefixes make another generation (generation.h). While
 * the new generation fills, the old one serves; if the endpoint still has the old model, new
 * documents get vectors of both generations. When no document is due for the new generation any
 * more, it serves. The old vectors are stored for seven days more, in case the old settings return.
 *
 * Probes are fixed texts. If their vectors differ from the stored vectors, the endpoint has
 * replaced the model under the same name. Probes are checked at the start, every five minutes, and
 * with every batch before it is written. If a probe does not match, nothing is written and no query
 * is embedded until the probes match again.
 */
#pragma once

#include "api/service.h"

#include "embeddings/embeddings_client.h"
#include "embeddings/generation.h"

struct embedder;

struct search_config;
/* Returns new. `service` and `config` are borrowed until the embedder is stopped. The task runs
 * every two seconds. */
struct embedder *embedder_start(struct service *service, const struct search_config *config,
                                struct fault *fault) MUST_CHECK;
/* Stops the task and frees it. NULL is allowed. */
void embedder_stop(struct embedder *embedder);

/* Whether queries can be embedded, and how many documents lack vectors, as of the last run. */
struct embedder_state {
    bool usable;          /* queries can be embedded */
    const char *reason;   /* why it is not usable: static, lower_snake_case; NULL: it is usable */
    int64_t generation;   /* number of the serving generation; 0: none */
    const char *model;    /* its model; borrowed until the caller waits */
    int64_t due;          /* documents without a vector of that generation, estimated: the queue is
                           * counted up to 20,000, and deleted documents may be included */
    int64_t daily_tokens; /* the budget */
};
/* Sets `out` without waiting. */
void embedder_get_state(const struct embedder *embedder, struct embedder_state *out);

struct embedder_query {
    const float *vector; /* has length 1; in the arena */
    int64_t generation;
};
enum { EMBEDDER_QUERY_MS = 1500 /* the longest wait for the endpoint */ };
/* Makes the vector of a query in the serving generation. Its tokens are charged to the tenant. Must
 * run in a fiber. Any failure is FAULT_UNAVAILABLE or FAULT_TIMEOUT, with the reason as
 * `fault->code`: "embeddings_over_budget" if the tenant has used up its tokens. */
bool embedder_embed_query(struct embedder *embedder, const struct uuid *tenant_id,
                          struct slice text, struct arena *arena, struct embedder_query *out,
                          struct fault *fault) MUST_CHECK;

/* Makes vectors of waiting documents now, within the budget. Must run in a fiber. */
bool embedder_run(struct embedder *embedder, struct fault *fault) MUST_CHECK;
