// SPDX-License-Identifier: MIT
/* Letters of one word. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A letter or a digit of any script: what words are made of. */
bool letter_counts(int32_t point);
/* Stands inside a word and is not read: soft hyphen, zero width characters. */
bool letter_is_silent(int32_t point);
/* What is between the chunks of a query. */
bool letter_is_blank(int32_t point);
/* а to я, without ё. */
bool letter_is_russian(int32_t small);
bool letter_is_latin(int32_t point);
/* A Kazakh letter of the Cyrillic alphabet as the Russian one that is typed for it; else itself.
 * `small` is a small letter. */
int32_t letter_fold(int32_t small);

/* In a word of both alphabets whose Latin letters all look like Cyrillic ones, these take their
 * places, and the other way round: "Aлматы" with a Latin A. Other words stay. */
void letters_unmix(int32_t *points, size_t count);
