// SPDX-License-Identifier: MIT
/* What a word of a query may have been expansion as besides itself: terms that documents have. */
#pragma once

#include "lexicon/lexicon.h"

enum {
    EXPANSION_TYPO_POINTS = 5, /* letters of a word that may have a typo: as Meilisearch */
    EXPANSION_FUZZY_MAX = 2,   /* terms one typo away, and as many of words that are like it */
    EXPANSION_SIMILAR_MAX =
        4, /* unknown words that all known ones are compared with: each up to 1 ms */
    EXPANSION_MAX = 2 * EXPANSION_FUZZY_MAX + 2,
};

struct expansion_term {
    struct slice text; /* in the arena */
    double share;      /* of the weight that it would have if it was asked for */
    uint32_t df;
};

struct expansion {
    struct expansion_term list[EXPANSION_MAX]; /* each once */
    size_t count;
};

/* Numbers are taken at their word, and so is a word so short that many others are near. */
bool expansion_allows_typo(struct slice word);

/* Where the digits of a word begin that consists of letters and digits, in this order: a code.
 * 0: it does not. */
size_t expansion_code(struct slice word);
/* Whether both words together are a code: letters, then digits. */
bool expansion_is_code(struct slice first, struct slice second);

/* Of a word that may have a typo and that no document has in this form: the two known words of
 * which it is glued together. Where no document has its term either, terms that are near, and with
 * `alike` those of whole words like it. False: the arena is full. */
bool expansion_read(const struct lexicon *lexicon, struct word_reader *reader,
                    const struct word *word, bool alike, struct arena *arena, struct expansion *out,
                    struct fault *fault) MUST_CHECK;

/* Spellings of a code as one word and as two: "KC852", "KC 852"; and of two words that documents
 * have as one: "вай фай". `before` is the word that it follows; NULL: there is none. */
bool expansion_respell(const struct lexicon *lexicon, struct word_reader *reader,
                       const struct word *before, const struct word *word, struct arena *arena,
                       struct expansion *out, struct fault *fault) MUST_CHECK;
