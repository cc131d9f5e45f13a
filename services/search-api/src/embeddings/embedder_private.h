// SPDX-License-Identifier: MIT
/* What embedder.c and embedder_batch.c share. A batch of documents is claimed in one transaction,
 * usually sent in one request, and written in another transaction. */
#pragma once

#include "api/periodic.h"

#include "config.h"
#include "embeddings/embedder.h"
#include "embeddings/embeddings_client_private.h"
#include "embeddings/generations.h"
#include "embeddings/spending.h"

/* What happens to a document of a batch. */
enum embedder_count {
    EMBEDDER_MADE,
    EMBEDDER_REUSED,  /* it gets the vector of another document with the same text */
    EMBEDDER_SKIPPED, /* it needs no vector */
    EMBEDDER_REFUSED, /* the endpoint has refused it; it is tried again later */
    EMBEDDER_COUNTS
};
enum embedder_gauge { EMBEDDER_USABLE, EMBEDDER_DUE, EMBEDDER_OVER_BUDGET, EMBEDDER_GAUGES };

struct embedder {
    struct service *service;
    const struct search_config *config;
    struct generations generations;
    struct embeddings_client client;
    struct periodic task;
    struct uuid instance;
    struct spending spending; /* the tokens that queries have used */
    int64_t not_before_ns;    /* end of the pause after a failure */
    struct metric counts[EMBEDDER_COUNTS];
    struct metric gauges[EMBEDDER_GAUGES];
};

enum embedder_batch_end {
    EMBEDDER_BATCH_MORE, /* documents were processed, so more may be due */
    EMBEDDER_BATCH_NOTHING_DUE,
    EMBEDDER_BATCH_OVER_BUDGET,
    EMBEDDER_BATCH_ELSEWHERE /* another instance has the lease */
};

/* Makes the vectors of one batch of documents that are due for
 * generations.live.list[generation_index]. The first probe (embeddings/generation.h) is sent with
 * the texts. If the probe's vector has changed, no vector is written: FAULT_UNAVAILABLE
 * "embeddings_swapped". Other faults are those of embeddings_embed_texts() and db_transaction();
 * vectors made before such a fault are still written if the probe's vector has not changed. */
bool embedder_batch_run(struct embedder *embedder, size_t generation_index,
                        enum embedder_batch_end *end, struct fault *fault) MUST_CHECK;
