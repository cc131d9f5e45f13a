// SPDX-License-Identifier: MIT
/* Whole words of the documents, for words of a query that nobody has typed: what is two typos away,
 * in what other words they stand, and of which two they are glued together.
 *
 * All words are looked through for that, by the set of their letters first: at most a millisecond
 * for 2^18. An index of parts or of neighbours would be larger than the words, and most queries
 * need none. Words are of а to я, folded, or of a to z. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    VOCABULARY_WORDS_MAX = 1 << 18, /* then no new ones are taken */
    VOCABULARY_BYTES_MAX = 6 << 20, /* of all words; with what finds them 13 MB */
    VOCABULARY_POINTS_MIN = 3,      /* letters of a word */
    VOCABULARY_POINTS_MAX = 24,
    VOCABULARY_TYPOS = 2,
    VOCABULARY_TYPOS_POINTS = 9, /* letters of a word that may have two typos: as Meilisearch */
    VOCABULARY_INNER_POINTS = 5, /* letters of a stem that is looked for in other words */
    VOCABULARY_SIMILAR_MAX = 8,
};

struct vocabulary;

/* Returns new. NULL: no memory. */
struct vocabulary *vocabulary_create(struct fault *fault) MUST_CHECK;
void vocabulary_destroy(struct vocabulary *vocabulary); /* takes NULL */

/* A word as text/words.h folds it. Others than those above are passed over. */
void vocabulary_add(struct vocabulary *vocabulary, struct slice word);
bool vocabulary_has(const struct vocabulary *vocabulary, struct slice word);

/* To keep the words elsewhere: word `at` of vocabulary_count(), borrowed until the next one is
 * added, and how often it was; and to add it again as it was. False: it is there, or is passed
 * over. */
size_t vocabulary_count(const struct vocabulary *vocabulary);
struct slice vocabulary_word(const struct vocabulary *vocabulary, size_t at, uint16_t *times);
bool vocabulary_put(struct vocabulary *vocabulary, struct slice word, uint16_t times) MUST_CHECK;

/* Words that begin as the stem of `word` does, up to two typos apart but not in the first letter,
 * or in which the stem stands further behind; the nearest first, of equally near ones the commoner.
 * Returns how many. They are borrowed until the next word is added. */
size_t vocabulary_similar(const struct vocabulary *vocabulary, struct slice word, struct slice stem,
                          struct slice out[VOCABULARY_SIMILAR_MAX]);

/* Two words that `word` begins and ends with, with at most two letters between them, one of the two
 * of five letters at least; where there are several pairs, the one with the fewest letters between,
 * then the one with the longer second word. They lie in `word`. */
bool vocabulary_split(const struct vocabulary *vocabulary, struct slice word,
                      struct slice parts[2]);
