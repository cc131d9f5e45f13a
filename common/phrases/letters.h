// SPDX-License-Identifier: MIT
/* The letters of a word, normalised so that spelling variants are equal: case, Kazakh letters, "ё"
 * and "й", doubled letters, Latin letters among Cyrillic ones. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* Codes of letters: a Latin letter is its ASCII code; а to я are LETTER_A + 0 to LETTER_A + 31; a
 * letter of another script, such as Georgian, is LETTER_OTHER. */
enum { LETTERS_MAX = 31, LETTER_A = 0x80, LETTER_OTHER = LETTER_A + 32 };
struct letters {
    uint8_t len;
    uint8_t at[LETTERS_MAX]; /* excess letters are cut off */
};

/* The normalised letter of a code point of composed text (text_decode_composed()); 0 if it is not a
 * letter. */
uint8_t letter_of(int32_t point);
/* Whether the code point is ignored within words: accents, soft hyphens, apostrophes. */
bool letter_is_ignored(int32_t point);

/* Appends a letter unless it repeats the last one. A word of two equal letters is an abbreviation
 * and keeps both: "сс", which is Tuesday in Kazakh. */
void letters_add(struct letters *word, uint8_t letter);
/* The letters of UTF-8 text; other characters are skipped. */
struct letters letters_of(struct slice text);
/* Replaces Latin letters in a word of mixed scripts by Cyrillic ones that look alike. */
void letters_unify_script(struct letters *word);

/* True for а, о, е, и: vowels that sound alike in Russian without stress. */
bool letter_is_vowel(uint8_t letter);
bool letters_are_latin(const struct letters *word);
bool letters_equal(const struct letters *a, const struct letters *b);
bool letters_start_with(const struct letters *word, const struct letters *with);

/* Converts transliterated Russian or Kazakh: "zavtra" to "завтра". */
struct letters letters_to_cyrillic(const struct letters *latin);
/* The same, where "ja" and "ju" are Kazakh "жа" and "жу": "jaqsy". */
struct letters letters_to_kazakh_cyrillic(const struct letters *latin);

/* Replaces г by к, б by п. False for any other letter. */
bool letter_devoice(uint8_t *letter);

/* The character on the same key in the other keyboard layout (QWERTY or ЙЦУКЕН); `point` itself if
 * there is none. */
int32_t letter_other_layout(int32_t point);

/* The set of letters of a word as bits. Words at edit distance n differ in at most 2n bits. */
uint64_t letters_mask(const uint8_t *at, size_t len);
/* The edit distance of two words: a letter inserted, missing, replaced, or two transposed (optimal
 * string alignment). Returns max + 1 if the distance exceeds `distance_max`. */
int letters_distance(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
                     int distance_max);
