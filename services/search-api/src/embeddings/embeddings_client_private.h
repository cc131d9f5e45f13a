// SPDX-License-Identifier: MIT
/* The internals of the client: a running job, and one request of it. */
#pragma once

#include "base/metric.h"

#include "embeddings/embeddings_client.h"
#include "embeddings/embeddings_outcome.h"

/* Outcomes of requests without a usable answer, counted by the same metric: the connection was
 * lost, the answer was late, or its vectors were unusable. */
enum { LOST = EMBEDDINGS_OUTCOMES, LATE, UNUSABLE, OUTCOMES };

struct embeddings_client {
    const struct service *service;
    const struct search_config *config;
    int running;            /* running calls */
    size_t texts_max;       /* the most texts of a request that the endpoint accepts */
    size_t texts_in_time;   /* the most texts of a request that is answered in time, as known so
                             * far; at most texts_max */
    bool no_base64;         /* the endpoint does not support base64 */
    uint64_t no_dimensions; /* the hash of the model that does not accept `dimensions`; 0: none */
    int64_t paused_until_ns;
    const char *paused_code; /* code of the fault during the pause */
    struct metric calls[OUTCOMES];
    struct metric tokens;
};

/* The part of a job's texts that one request sends. */
struct embeddings_batch {
    size_t first; /* index of the first text */
    size_t count;
};

/* A job and its pending batches. */
struct embeddings_run {
    struct embeddings_client *client;
    const struct embeddings_job *job;
    struct arena *arena;
    struct slice *texts;              /* texts with their prefix, perhaps cut */
    struct embeddings_batch *batches; /* a stack; the last batch is sent next */
    size_t batch_count;
    size_t deferred; /* failed batches at the bottom of the stack, to be tried again */
    struct embeddings *out;
};

/* The answer of a request with its vectors. */
struct embeddings_read {
    struct arena arena; /* the body and what is read from it */
    struct slice body;
    size_t count; /* number of texts */
    struct embeddings_vectors vectors;
};
void embeddings_read_destroy(struct embeddings_read *read); /* NULL is allowed */

/* The result of one request. */
struct embeddings_result {
    enum embeddings_outcome outcome;
    long status;
    bool is_of_text;              /* a failure that may be due to one text */
    bool is_late;                 /* a failure that may be due to the number of texts, or to one */
    int64_t retry_after_s;        /* FIELD_ABSENT: the endpoint has not sent Retry-After */
    struct embeddings_read *read; /* NULL: there are no vectors */
};

/* Sends one batch, with retries, until the outcome is final. False: there was no answer in time, or
 * the failure does not concern the texts. */
bool embeddings_send_with_retries(struct embeddings_run *run, const struct embeddings_batch *batch,
                                  struct embeddings_result *result, struct fault *fault) MUST_CHECK;

/* Whether requests pause after a failure. True: `fault` is set. */
bool embeddings_is_paused(const struct embeddings_client *client, struct fault *fault);
/* Sets the fault of an unsuccessful outcome, and starts the pause that the outcome demands. Returns
 * false. */
bool embeddings_set_fault_and_pause(struct embeddings_run *run,
                                    const struct embeddings_result *result, struct fault *fault);
