// SPDX-License-Identifier: MIT
/* Vectors without a model, "hash-ngram-v1": words, and runs of 3 to 5 letters of them, hashed into
 * the dimensions. Texts are alike where letters are, which is no understanding: it serves "similar"
 * and stands in for a model, with no weight beside the search for words.
 *
 * Each occurrence counts 1 or -1 in one dimension, then the vector gets the length 1. How common a
 * word is (IDF) is left out: vectors would be others each day. What comes out depends on the text,
 * the dimensions and WORDS_VERSION, not on the machine. Pure. */
#pragma once

#include "words/words.h"

#define HASH_EMBEDDER_NAME "hash-ngram-v1"

/* `out`: of that many dimensions, 1 to VECTOR_DIMENSIONS_MAX. Of a text without words it is all 0,
 * which no index takes. The words lie in the arena (words_read()). False: the arena is full. */
bool hash_embedder_read(struct word_reader *reader, struct slice text, struct arena *arena,
                        size_t dimensions, float *out, struct fault *fault) MUST_CHECK;
