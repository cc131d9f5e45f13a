// SPDX-License-Identifier: MIT
/* Reads the words of many texts in a thread of the work pool. */
#pragma once

#include "loop/work.h"

#include "text/words.h"

enum {
    WORDS_BATCH_TEXTS_MAX = 2048,
    WORDS_BATCH_BYTES_MAX = 256 * 1024, /* bytes of all texts together; their words take up to 70
                                         * times as many bytes */
};

struct words_batch;

/* Returns new, for at most `texts_max` texts. */
struct words_batch *words_batch_create(size_t texts_max, struct fault *fault) MUST_CHECK;
/* Adds a copy of a text. If the batch has no memory left for it, words_batch_read_in_thread()
 * fails. */
void words_batch_add(struct words_batch *batch, struct slice text);
/* NULL is allowed. */
void words_batch_destroy(struct words_batch *batch);

/* Reads the words of all texts, in a thread of `work`. On failure the batch is freed. Must run in a
 * fiber. */
bool words_batch_read_in_thread(struct words_batch *batch, struct work *work,
                                struct fault *fault) MUST_CHECK;

/* The words of a text, borrowed from the batch. Call it only after words_batch_read_in_thread(). */
const struct words *words_batch_words_of(const struct words_batch *batch, size_t index);
