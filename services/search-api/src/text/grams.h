// SPDX-License-Identifier: MIT
/* The 4-grams of a word (C4): what a typo of the finger leaves whole. Pure. */
#pragma once

#include <stdint.h>

#include "text/words.h"

enum {
    GRAM_POINTS = 4,
    GRAM_WORD_POINTS_MAX = WORD_POINTS_MAX + 2, /* with the blanks */
    GRAMS_OF_WORD_MAX = GRAM_WORD_POINTS_MAX - GRAM_POINTS + 1,
};

/* Hashes of four code points each, of the word with a blank on both sides; of one letter with its
 * blanks that of all three. Returns how many. */
size_t grams_of(struct slice word, uint32_t out[GRAMS_OF_WORD_MAX]);

/* The code points of a word with a blank on both sides. Returns how many. */
size_t gram_points(struct slice word, int32_t out[GRAM_WORD_POINTS_MAX]);

/* The hash of `count` code points, of which a gram is four. */
uint32_t gram_hash(const int32_t *points, size_t count);
