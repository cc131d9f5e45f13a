// SPDX-License-Identifier: MIT
/* What a lexicon consists of, for those that write it down and read it again. */
#pragma once

#include "lexicon/lexicon.h"

/* Open addressing, linear probing; at most three quarters of the slots are taken. The beginning of
 * a word stands behind a sign that no term has.
 *
 * A table that grows is not moved at once, which would hold the loop for 40 ms: with each term that
 * is counted some slots follow. A term stands in the old table until its slot is moved. */
struct slot {
    uint32_t df;
    uint32_t seen; /* by the document of this number; 0: by none */
    uint8_t len;   /* 0: free */
    char text[TERM_BYTES_MAX];
};

struct table {
    struct slot *slots;
    size_t count; /* a power of two */
};

struct lexicon {
    struct table table;
    struct table old; /* no slots: all are moved */
    size_t moved;     /* slots of the old one */
    size_t taken;     /* of both */
    uint32_t round;   /* number of the document that is under way */
    struct lexicon_sums sums;
    struct vocabulary *vocabulary;
    uint32_t grams[LEXICON_GRAMS];
    uint32_t gram_seen[LEXICON_GRAMS]; /* as `seen` of a slot */
};

/* So that so many terms find room, LEXICON_TERMS_MAX at most, if there are none yet. */
bool lexicon_reserve(struct lexicon *lexicon, size_t terms, struct fault *fault) MUST_CHECK;

/* So that the terms of so many words find room, with their beginnings. */
bool lexicon_make_room(struct lexicon *lexicon, size_t words, struct fault *fault) MUST_CHECK;

/* The slot of a term, a new one where it is not known yet. NULL: it would be one too many. After
 * lexicon_make_room(). */
struct slot *lexicon_slot(struct lexicon *lexicon, struct slice term);
