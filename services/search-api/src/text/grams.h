// SPDX-License-Identifier: MIT
/* The 4-grams of a word: four consecutive characters each. Most of them survive a typo. Pure. */
#pragma once

#include <stdint.h>

#include "text/words.h"

enum {
    GRAM_POINTS = 4,                            /* code points of a 4-gram */
    GRAM_WORD_POINTS_MAX = WORD_POINTS_MAX + 2, /* code points with a blank on each side */
    GRAMS_OF_WORD_MAX = GRAM_WORD_POINTS_MAX - GRAM_POINTS + 1,
};

/* Stores the hashes of the 4-grams of a word, to which a blank is added on both sides; a word of
 * one letter has a single gram of three code points. Returns their number. */
size_t grams_hash_word(struct slice word, uint32_t out[GRAMS_OF_WORD_MAX]);

/* Returns the hash of a 4-gram. `count` is GRAM_POINTS, or 3 for the gram of a one-letter word. */
uint32_t grams_hash_points(const int32_t *points, size_t count);
