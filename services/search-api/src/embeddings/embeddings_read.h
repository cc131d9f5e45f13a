// SPDX-License-Identifier: MIT
/* Reads an answer of the endpoint in a thread of the work pool: lists of numbers may have
 * megabytes. */
#pragma once

#include "loop/work.h"

#include "embeddings/embeddings_json.h"

struct embeddings_read;

/* Reads the vectors of an answer, whose `body` is copied. Returns new; NULL with a fault of
 * embeddings_answer_read() or job_run(), always FAULT_UNAVAILABLE or FAULT_TIMEOUT. Must run in a
 * fiber. */
struct embeddings_read *embeddings_read_answer(struct work *work, struct slice body, size_t count,
                                               struct fault *fault) MUST_CHECK;
/* The vectors of the answer, borrowed. */
const struct embeddings_vectors *embeddings_read_vectors(const struct embeddings_read *read);
void embeddings_read_destroy(struct embeddings_read *read); /* takes NULL */
