// SPDX-License-Identifier: MIT
/* The internals of a lexicon, shared with lexicon_chunk.c. */
#pragma once

#include "lexicon/lexicon.h"

/* Open addressing with linear probing; at most three quarters of the slots are used. Beginnings of
 * words have a prefix character that no term contains.
 *
 * A growing table moves its slots step by step, a few with each counted term: at once it would
 * block the loop for 40 ms. A term is in the old table until its slot is moved.
 */
struct slot {
    uint32_t df;
    uint32_t seen; /* the number of the document that counted it last; 0: none */
    uint8_t len;   /* 0: free */
    char text[TERM_BYTES_MAX];
};

struct table {
    struct slot *slots;
    size_t count; /* a power of two */
};

struct lexicon {
    struct table table;
    struct table old;  /* no slots: all are moved */
    size_t moved;      /* slots of the old table */
    size_t taken;      /* slots of both tables */
    uint32_t document; /* the number of the current document */
    struct lexicon_sums sums;
    struct vocabulary *vocabulary;
    uint32_t grams[LEXICON_GRAMS];
    uint32_t gram_seen[LEXICON_GRAMS]; /* as `seen` of a slot */
};

/* Makes an empty lexicon large enough for `terms`, at most LEXICON_TERMS_MAX. */
bool lexicon_reserve(struct lexicon *lexicon, size_t terms, struct fault *fault) MUST_CHECK;

/* Makes space for the terms and beginnings of `words` words. */
bool lexicon_make_room(struct lexicon *lexicon, size_t words, struct fault *fault) MUST_CHECK;

/* The slot of a term, which is added if it is unknown. NULL: the limit is reached. After
 * lexicon_make_room(). */
struct slot *lexicon_slot(struct lexicon *lexicon, struct slice term);
