// SPDX-License-Identifier: MIT
/* Whole words of documents, to find alternatives to unknown words of a query: words up to two typos
 * away, words that contain the stem, and two words written as one.
 *
 * A lookup scans all words, comparing sets of letters first: at most a millisecond for 2^18. An
 * index would be larger than the words, and most queries need no lookup. Words consist of а to я,
 * folded, or of a to z.
 */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    VOCABULARY_WORDS_MAX = 1 << 18,  /* further words are ignored */
    VOCABULARY_BYTES_MAX = 6 << 20,  /* bytes of all words; 13 MB with the tables */
    VOCABULARY_POINTS_MIN = 3,       /* letters of a word, at least */
    VOCABULARY_POINTS_MAX = 24,      /* letters of a word, at most */
    VOCABULARY_TYPOS_MAX = 2,        /* typos of a word */
    VOCABULARY_TYPOS_POINTS_MIN = 9, /* letters; a shorter word has no typos, as in Meilisearch */
    VOCABULARY_INNER_POINTS_MIN = 5, /* letters; a shorter stem is not searched inside words */
    VOCABULARY_SIMILAR_MAX = 8,      /* the most results of vocabulary_find_similar() */
};

struct vocabulary;

/* Returns new. */
struct vocabulary *vocabulary_create(struct fault *fault) MUST_CHECK;
void vocabulary_destroy(struct vocabulary *vocabulary); /* NULL is allowed */

/* Counts a word, whose letters text/words.h has folded. Ignores words with other letters, and words
 * that are too short or too long. */
void vocabulary_add_occurrence(struct vocabulary *vocabulary, struct slice word);
bool vocabulary_has(const struct vocabulary *vocabulary, struct slice word);

/* For serialisation. vocabulary_word_at() returns word number `at`, below vocabulary_word_count(),
 * and its frequency; the word is borrowed until another is added.
 * vocabulary_insert_with_frequency() inserts a word with its frequency; false: the word exists or
 * is invalid. */
size_t vocabulary_word_count(const struct vocabulary *vocabulary);
struct slice vocabulary_word_at(const struct vocabulary *vocabulary, size_t index,
                                uint16_t *frequency);
bool vocabulary_insert_with_frequency(struct vocabulary *vocabulary, struct slice word,
                                      uint16_t frequency) MUST_CHECK;

/* Finds known words that resemble `word`: their beginning is at most two typos away from the stem
 * of `word`, with the same first letter, or they contain the stem after their first letter. The
 * nearest come first, with equal distance the more frequent. Returns their number. The words are
 * borrowed until another is added. */
size_t vocabulary_find_similar(const struct vocabulary *vocabulary, struct slice word,
                               struct slice stem, struct slice out[VOCABULARY_SIMILAR_MAX]);

/* Splits `word` into two known words with at most two letters between them; one of the words has at
 * least five letters. Prefers fewer letters between them, then a longer second word. The parts
 * borrow from `word`. False: there is no such split. */
bool vocabulary_split_compound(const struct vocabulary *vocabulary, struct slice word,
                               struct slice parts[2]);
