// SPDX-License-Identifier: MIT
/* The words of many texts, read in a thread of the work pool. */
#pragma once

#include "loop/work.h"

#include "words/words.h"

enum {
    READING_TEXTS_MAX = 2048,
    READING_BYTES_MAX = 256 * 1024, /* of all texts; their words take up to 70 times as much */
};

struct reading;

/* Copies the texts. Returns new; NULL with a fault: there is no memory. */
struct reading *reading_create(const struct slice *texts, size_t count,
                               struct fault *fault) MUST_CHECK;
/* Takes NULL. */
void reading_destroy(struct reading *reading);

/* Reads all of them. On failure the reading is gone. In a fiber. */
bool reading_run(struct reading *reading, struct work *work, struct fault *fault) MUST_CHECK;

/* After reading_run(). Borrowed from the reading, its text too. */
const struct words *reading_words(const struct reading *reading, size_t index);
