// SPDX-License-Identifier: MIT
/* How texts are put into requests. A server pads the texts of a request to the longest of them, so
 * they go by length. Pure. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"

struct embeddings_limits {
    size_t texts; /* of a request, 1 at least */
    size_t bytes; /* likewise; a text that is longer goes alone */
};

/* Texts of one request: order[first], and `count` - 1 behind it. */
struct embeddings_part {
    size_t first;
    size_t count;
};

struct embeddings_plan {
    size_t *order; /* the places of the texts, the shortest text first; of equal ones the first */
    struct embeddings_part *parts;
    size_t count;
};

/* All texts, each once. In the arena. */
bool embeddings_plan_make(const struct slice *texts, size_t count,
                          const struct embeddings_limits *limits, struct arena *arena,
                          struct embeddings_plan *out, struct fault *fault) MUST_CHECK;

enum { EMBEDDINGS_HALF_MIN = 32 /* bytes */ };

/* The first half of a text, cut between characters and without white space at its end. Absent:
 * nothing of at least EMBEDDINGS_HALF_MIN would be left. */
struct slice embeddings_half(struct slice text);
