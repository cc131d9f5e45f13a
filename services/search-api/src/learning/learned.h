// SPDX-License-Identifier: MIT
/* A lexicon and how far the tables are counted in it. */
#pragma once

#include "learning/learn_store.h"
#include "lexicon/lexicon.h"

struct learned {
    struct lexicon *lexicon; /* NULL: there is none */
    struct learn_place place;
    struct learn_place deleted;
    /* The count began behind this place, from a snapshot. Zeroed: with nothing. */
    struct learn_place base;
    int64_t settled;  /* transactions before it had ended when the count began; 0: it has not yet */
    int64_t erasures; /* of people, before the count began: document_store_erasures() */
    uint64_t changed; /* documents that were counted and are another now, or gone */
};
