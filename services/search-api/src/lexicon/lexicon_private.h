// SPDX-License-Identifier: MIT
/* The internals of a lexicon, shared with lexicon_chunk.c. */
#pragma once

#include "lexicon/lexicon.h"

enum { LEXICON_TABLES = 256 };

struct slot {
    uint32_t df;
    uint32_t seen; /* number of the last document that counted the term; 0: none */
    uint8_t len;   /* 0: the slot is free */
    char text[TERM_BYTES_MAX];
};

/* One of LEXICON_TABLES hash tables, among which terms are divided by their hash: open addressing
 * with linear probing, at most three quarters of the slots used. A full table doubles alone, which
 * takes at most 0.2 ms; one large table would block the loop for 40 ms. Beginnings of words have a
 * prefix character that no term contains. */
struct table {
    struct slot *slots;
    size_t count; /* number of slots, a power of two */
    size_t taken; /* slots in use */
};

struct lexicon {
    struct table tables[LEXICON_TABLES];
    size_t taken;      /* slots in use in all tables */
    uint32_t document; /* the number of the current document */
    struct lexicon_sums sums;
    struct vocabulary *vocabulary;
    uint32_t grams[LEXICON_GRAMS];
    uint32_t gram_seen[LEXICON_GRAMS]; /* for each of `grams`: like `seen` of a slot */
};

/* Finds the slot of a term; adds the term if it is unknown. Sets `slot` to NULL if an unknown term
 * would exceed LEXICON_TERMS_MAX. False: no memory. */
bool lexicon_find_or_add_slot(struct lexicon *lexicon, struct slice term, struct slot **slot,
                              struct fault *fault) MUST_CHECK;
