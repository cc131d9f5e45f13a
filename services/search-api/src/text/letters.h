// SPDX-License-Identifier: MIT
/* Letters of words. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A letter or a digit of any script; words consist of them. */
bool letter_counts(int32_t point);
/* A soft hyphen or zero-width character, which a word ignores. */
bool letter_is_silent(int32_t point);
/* White space between the chunks of a query. */
bool letter_is_blank(int32_t point);
/* а to я, without ё; takes a small letter. */
bool letter_is_russian(int32_t small);
/* A Kazakh letter of the Cyrillic alphabet becomes the Russian letter that people type for it;
 * others stay. Takes a small letter. */
int32_t letter_fold(int32_t small);

/* If a word mixes both alphabets and all its Latin letters look like Cyrillic ones, they become
 * Cyrillic, and the other way round: "Aлматы" with a Latin A. Other words stay unchanged. */
void letters_unmix(int32_t *points, size_t count);
