// SPDX-License-Identifier: MIT
/* Makes the vectors of documents in the background, and that of a query when it is asked for.
 * Tenants take turns, each with its newest document, and share the budget of the day (budget.h).
 *
 * Documents that wait stand in `vector_due`, so a copy that ends loses nothing but the answers it
 * waited for. One copy at a time works (a lease), within the budget that all share. A text that
 * another document of the generation has is not asked for again. Service messages and those of one
 * word get no vector. A text that the endpoint refuses is tried three times.
 *
 * Another model, other dimensions or another prefix make another generation (generation.h). It
 * fills beside the one that serves, which goes on, also for new documents, as long as the endpoint
 * has its model; when nothing is due any more it takes its place. Going back within seven days
 * finds the old vectors.
 *
 * A model that was swapped under its name is found by the probes: at the start, every five minutes,
 * and with every batch before it is written. Then nothing is written and no query is embedded,
 * until the probes fit again. */
#pragma once

#include "api/service.h"

#include "embeddings/embeddings_client.h"
#include "embeddings/generation.h"

struct embedder;

/* Borrowed for the embedder's life. */
struct embedder_options {
    struct service *service;
    const char *url;
    const char *key;
    const char *model;
    const char *query_prefix;
    const char *passage_prefix;
    int64_t dimensions;   /* 0: the model's own */
    int64_t minute_texts; /* the budget */
    int64_t daily_tokens;
};

/* Returns new. */
struct embedder *embedder_create(const struct embedder_options *options,
                                 struct fault *fault) MUST_CHECK;
/* From now on every two seconds. */
bool embedder_start(struct embedder *embedder, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void embedder_stop(struct embedder *embedder);

/* What vectors there are to search in. Without a wait. */
struct embedder_state {
    bool usable;          /* a query can be embedded */
    const char *reason;   /* static, lower_snake_case: why it cannot be, or NULL */
    int64_t generation;   /* that serves; 0: there is none */
    int64_t dimensions;   /* of it */
    const char *model;    /* of it; borrowed until the caller waits */
    int64_t due;          /* documents without a vector of it: not less, where they are many */
    int64_t daily_tokens; /* the budget */
};
void embedder_state(const struct embedder *embedder, struct embedder_state *out);

/* The vector of a query in the generation that serves, of length 1, in the arena. Its tokens are
 * the tenant's. In a fiber; FAULT_UNAVAILABLE or FAULT_TIMEOUT, whatever was wrong: `fault->code`
 * is a reason for text alone, "embeddings_over_budget" where the tenant has used up its tokens. */
struct embedder_query {
    const float *vector;
    size_t dimensions;
    int64_t generation;
};
enum { EMBEDDER_QUERY_MS = 1500 };
bool embedder_query(struct embedder *embedder, const struct uuid *tenant_id, struct slice text,
                    struct arena *arena, struct embedder_query *out,
                    struct fault *fault) MUST_CHECK;

/* Works now, as far as the budget lets it. For tests, and in a fiber. */
bool embedder_run(struct embedder *embedder, struct fault *fault) MUST_CHECK;
/* The next run looks at the probes. For tests. */
void embedder_check_soon(struct embedder *embedder);
