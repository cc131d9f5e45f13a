// SPDX-License-Identifier: MIT
/* Query expansion: finds terms of documents that a word of a query may mean besides its own term.
 */
#pragma once

#include "lexicon/lexicon.h"

enum {
    EXPANSION_TYPO_POINTS_MIN = 5, /* letters; a shorter word has no typo, as in Meilisearch */
    EXPANSION_FUZZY_MAX = 2,       /* the most terms one typo away; the most of similar words */
    EXPANSION_SIMILAR_MAX = 4,     /* unknown words of a query that are compared with the
                                    * vocabulary, each for up to 1 ms */
    EXPANSION_MAX = 2 * EXPANSION_FUZZY_MAX + 2, /* both kinds, and the two words of a compound */
    EXPANSION_PAIR_POINTS_MIN = 4,  /* letters of a word that documents may have as two: "wifi" */
    EXPANSION_PAIR_POINTS_MAX = 16, /* longer words are split by the vocabulary only */
    EXPANSION_PAIRS_MAX = 4,        /* splits of a word into two known ones, at most; a pair is
                                     * searched only where its words are adjacent */
};

struct expansion_term {
    struct slice text;   /* in the arena */
    struct slice second; /* in the arena; the term of the next word of a pair; `at` is NULL: it is
                          * no pair */
    double share;        /* factor of the weight: 1, or less for a fuzzy match */
    uint32_t df;         /* documents of all tenants that have the term */
};

/* An expansion. The caller sets the first four members and zeroes the others, to which the
 * functions below add the terms they find. They return false if the arena is full. */
struct expansion {
    const struct lexicon *lexicon;
    struct word_reader *reader;
    struct arena *arena;
    struct fault *fault;
    struct expansion_term list[EXPANSION_MAX]; /* distinct */
    size_t count;
};

/* Whether the word may be misspelled. False if it has a digit or is shorter than
 * EXPANSION_TYPO_POINTS_MIN, because a short word resembles many others. */
bool expansion_allows_typo(struct slice word);

/* Returns the position of the digits if the word is a code, letters followed by digits; otherwise
 * 0. */
size_t expansion_find_digits_after_letters(struct slice word);
/* Whether two words form a code: letters, then digits. */
bool expansion_is_letters_then_digits(struct slice first, struct slice second);

/* Expands a word that the vocabulary lacks and for which expansion_allows_typo() is true. If the
 * word consists of two known words, their terms are found. Terms one typo away are found and, with
 * `with_similar_words`, terms of similar whole words, also if documents have the word's own term,
 * which may be that of other words with the same beginning. */
bool expansion_expand_word(struct expansion *expansion, const struct word *word,
                           bool with_similar_words) MUST_CHECK;

/* Finds the terms that documents have for the same word if its Kazakh letters are typed where the
 * query has Russian ones, or the other way round. They may also be terms of other words. */
bool expansion_find_kazakh_spellings(struct expansion *expansion,
                                     const struct word *word) MUST_CHECK;

/* Finds the pairs of terms that documents have if they write the word as two, with a hyphen or a
 * blank: "вайфай" as "вай-фай". */
bool expansion_find_pairs(struct expansion *expansion, const struct word *word) MUST_CHECK;

/* Finds the terms of other spellings: of a code as two words or as one ("KC852", "KC 852"), of a
 * price with or without its unit ("20000", "20000тг"), and of two words that documents have as one
 * ("вай фай"). `previous_word` is the previous word of the query, or NULL. */
bool expansion_find_other_spellings(struct expansion *expansion, const struct word *previous_word,
                                    const struct word *word) MUST_CHECK;
