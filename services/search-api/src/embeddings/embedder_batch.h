// SPDX-License-Identifier: MIT
/* One batch of the embedder: claimed in one transaction, usually sent in one request, and written
 * in another transaction. */
#pragma once

#include "api/service.h"
#include "base/metric.h"

#include "embeddings/embeddings_client.h"
#include "embeddings/generation.h"

/* What happens to a document of a batch. */
enum embedder_count {
    EMBEDDER_MADE,
    EMBEDDER_REUSED,  /* the vector of another document with the same text */
    EMBEDDER_SKIPPED, /* needs none */
    EMBEDDER_REFUSED, /* by the endpoint; tried again later */
    EMBEDDER_COUNTS
};
struct embedder_counts {
    struct metric list[EMBEDDER_COUNTS];
};
void embedder_counts_register(struct embedder_counts *counts);
void embedder_counts_unregister(struct embedder_counts *counts);

/* The options of a batch, borrowed during the call. */
struct embedder_batch_options {
    struct service *service;
    struct embeddings_client *client;
    const struct uuid *instance;
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
    EMBEDDER_BATCH_ELSEWHERE /* another instance has the lease */
};

/* Makes the vectors of one batch of due documents. The first probe (embeddings/generation.h) is
 * sent with the texts. If its vector has changed, nothing is written: FAULT_UNAVAILABLE
 * "embeddings_swapped". Other faults are those of embeddings_embed_texts() and db_transaction();
 * vectors that were made before such a fault are still written if the probe has its old vector. */
bool embedder_batch_run(const struct embedder_batch_options *options, enum embedder_batch_end *end,
                        struct fault *fault) MUST_CHECK;
