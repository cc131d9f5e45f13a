// SPDX-License-Identifier: MIT
/* Divides texts into batches, one per request. Servers pad the texts of a request to the longest,
 * so texts are grouped by length. Pure. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"

struct embeddings_batch_limits {
    size_t texts; /* of a request, at least 1 */
    size_t bytes; /* of a request; a longer text gets a request of its own */
};

/* The texts of one request: those of order[first] and of the next `count` - 1 elements. */
struct embeddings_batch {
    size_t first;
    size_t count;
};

struct embeddings_batches {
    size_t *order; /* indexes of the texts, the shortest text first, equal ones in their order */
    struct embeddings_batch *list;
    size_t count;
};

/* Divides the texts into batches; each text is in one of them. The result is in the arena. */
bool embeddings_batch_plan(const struct slice *texts, size_t count,
                           const struct embeddings_batch_limits *limits, struct arena *arena,
                           struct embeddings_batches *out, struct fault *fault) MUST_CHECK;

enum { EMBEDDINGS_FIRST_HALF_MIN = 32 /* bytes */ };

/* The first half of a text, cut between characters and without trailing white space. Absent: less
 * than EMBEDDINGS_FIRST_HALF_MIN would remain. */
struct slice embeddings_first_half(struct slice text);
