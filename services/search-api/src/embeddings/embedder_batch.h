// SPDX-License-Identifier: MIT
/* One batch of the embedder: claimed in one transaction, asked for in one request as a rule,
 * written in another transaction. */
#pragma once

#include "api/service.h"
#include "base/metric.h"

#include "embeddings/embeddings_client.h"
#include "embeddings/generation.h"

/* What became of documents. */
enum embedder_count {
    EMBEDDER_MADE,
    EMBEDDER_REUSED,  /* the vector of another document of the same text */
    EMBEDDER_SKIPPED, /* not worth one */
    EMBEDDER_REFUSED, /* by the endpoint; tried again later */
    EMBEDDER_COUNTS
};
struct embedder_counts {
    struct metric list[EMBEDDER_COUNTS];
};
void embedder_counts_begin(struct embedder_counts *counts);
void embedder_counts_end(struct embedder_counts *counts);

/* Borrowed for the call. */
struct embedder_batch_options {
    struct service *service;
    struct embeddings_client *client;
    const struct uuid *who;
    const struct generation *generation;
    const float *probes;
    int64_t minute_texts;
    int64_t daily_tokens;
    struct embedder_counts *counts;
};

enum embedder_batch_end {
    EMBEDDER_BATCH_MORE, /* something was done */
    EMBEDDER_BATCH_NOTHING_DUE,
    EMBEDDER_BATCH_OVER_BUDGET,
    EMBEDDER_BATCH_ELSEWHERE /* another copy is at it */
};

/* The first probe goes with the texts. Where its vector moved, nothing is written:
 * FAULT_UNAVAILABLE "embeddings_swapped". Other faults: those of embeddings_make() and of
 * db_transaction(); what was made is written nevertheless, if the probe was made too. */
bool embedder_batch_run(const struct embedder_batch_options *options, enum embedder_batch_end *end,
                        struct fault *fault) MUST_CHECK;
