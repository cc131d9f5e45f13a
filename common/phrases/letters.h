// SPDX-License-Identifier: MIT
/* The letters of a word, folded so that what people type in several ways is the same: case, Kazakh
 * letters, "ё" and "й", doubled letters, a Latin letter amid Cyrillic ones. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* A Latin letter is its ASCII code; а to я are LETTER_A + 0 to 31. */
enum { LETTERS_MAX = 31, LETTER_A = 0x80 };
struct letters {
    uint8_t len;
    uint8_t at[LETTERS_MAX]; /* what is behind them is cut off */
};

/* How a code point counts in a word; 0: it is no letter. */
uint8_t letter_of(int32_t point);
/* True for what stands in a word and is not read: accents, soft hyphens, apostrophes. */
bool letter_unread(int32_t point);

/* Appends; a letter that doubles the last one is left out. */
void letters_add(struct letters *word, uint8_t letter);
/* `text` is UTF-8; what is no letter is left out. */
struct letters letters_of(struct slice text);
/* In a word of both alphabets, Latin letters become the Cyrillic ones that look like them. */
void letters_of_one_script(struct letters *word);

/* а, о, е, и: vowels that Russian does not tell apart without stress. */
bool letters_vowel(uint8_t letter);
bool letters_latin(const struct letters *word);
bool letters_equal(const struct letters *a, const struct letters *b);
bool letters_start(const struct letters *word, const struct letters *with);

/* A Latin word as Russian or Kazakh that was typed in Latin: "zavtra" is "завтра". */
struct letters letters_to_cyrillic(const struct letters *latin);

/* г becomes к, б becomes п. False: it is neither. */
bool letters_harden(uint8_t *letter);

/* What the key that writes `point` in one layout writes in the other: QWERTY and ЙЦУКЕН. The code
 * point itself where the key is the same. */
int32_t letter_other_layout(int32_t point);

/* Which letters a word has, as bits. Words `n` slips apart differ in 2n bits at most. */
uint64_t letters_mask(const uint8_t *at, size_t len);
/* Slips between two words: a letter too many, missing, wrong, or two exchanged (optimal string
 * alignment). More than `most` are most + 1. */
int letters_apart(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, int most);
