// SPDX-License-Identifier: MIT
/* The inside of the client: an ask under way, and one request of it. */
#pragma once

#include "base/metric.h"

#include "embeddings/embeddings_batch.h"
#include "embeddings/embeddings_client.h"
#include "embeddings/embeddings_outcome.h"
#include "embeddings/embeddings_read.h"

/* What is counted beside verdicts. */
enum { LOST = EMBEDDINGS_OUTCOMES, LATE, UNUSABLE, OUTCOMES };

struct embeddings_client {
    struct embeddings_options options;
    int under_way;
    size_t at_once;
    bool no_base64;
    uint64_t no_dimensions; /* the hash of the model that takes none; 0: none is known */
    int64_t paused_until_ns;
    const char *paused_code;
    struct metric calls[OUTCOMES];
    struct metric tokens;
};

/* All texts of an ask, and those of them that are still to be made. */
struct making {
    struct embeddings_client *client;
    const struct embeddings_ask *ask;
    struct arena *arena;
    struct slice *texts;           /* with their prefix, perhaps cut */
    size_t *order;                 /* of embeddings_plan */
    struct embeddings_part *parts; /* a stack */
    size_t part_count;
    size_t stood_back; /* parts at the bottom of the stack that have failed */
    struct embeddings *out;
};

/* What became of one request. */
struct told {
    enum embeddings_outcome verdict;
    long status;
    bool of_a_text;        /* the vectors of one are none */
    int64_t retry_after_s; /* FIELD_ABSENT: not said */
    size_t fewer;          /* of EMBEDDINGS_TOO_MANY */
    struct embeddings_read *read;
};

/* One part, until it has a verdict that another try of the same does not change. False: nothing was
 * answered in time, or nothing that tells of the endpoint. */
bool embeddings_try(struct making *making, const struct embeddings_part *part, struct told *told,
                    struct fault *fault) MUST_CHECK;

/* Nothing is asked while a verdict's pause lasts: sets the fault and returns true. */
bool embeddings_is_paused(const struct embeddings_client *client, struct fault *fault);
/* Sets the fault of a verdict, and begins its pause. Returns false. */
bool embeddings_fail(struct making *making, const struct told *told, struct fault *fault);
