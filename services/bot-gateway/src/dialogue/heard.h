// SPDX-License-Identifier: MIT
/* What a person has typed, understood once for the whole turn. Steps read it; none of them parses
 * the text again. */
#pragma once

#include "dialogue/remark.h"

struct phrase;

struct heard {
    struct slice words;   /* the text, or the argument of a command; absent: neither */
    struct remark remark; /* what the words mean beside answers and search criteria */
    /* The search criteria in the words, by the rules of phrases/phrase.h; NULL until a step first
     * needs them. Without criteria if the words are too long for the rules. */
    const struct phrase *phrase;
    bool is_too_long;
};

/* Understands the words, except for search criteria. */
struct heard heard_words(struct slice words);
