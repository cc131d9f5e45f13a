// SPDX-License-Identifier: MIT
/* Letters of words. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

#include "base/slice.h"

/* Whether the character can be part of a word: a letter or a digit of any script. */
bool letter_is_letter_or_digit(int32_t point);
/* Whether the character is ignored inside a word: a soft hyphen or a zero-width character. */
bool letter_is_ignored_in_word(int32_t point);
/* Whether the character is white space, which separates the chunks of a query. */
bool letter_is_blank(int32_t point);
/* Whether the text is one hyphen: '-', or U+2010 or U+2011, which does not break lines. */
bool letter_is_hyphen(struct slice text);
/* Whether a small letter is one of а to я, without ё. */
bool letter_is_russian(int32_t small);
/* Returns the Russian letter that people type for a small Kazakh letter. Returns other characters
 * unchanged. */
int32_t letter_fold_kazakh(int32_t small);
/* The character of `to` at the position of `point` in `from`; 0: none. */
int32_t letter_find_counterpart(int32_t point, const char32_t *from, const char32_t *to);

/* Corrects a word that mixes Latin and Cyrillic letters. If all its Latin letters look like
 * Cyrillic ones, they become Cyrillic: "Aлматы" with a Latin A. Otherwise, if all its Cyrillic
 * letters look like Latin ones, they become Latin. Any other word stays unchanged. */
void letters_correct_alphabet(int32_t *points, size_t count);
