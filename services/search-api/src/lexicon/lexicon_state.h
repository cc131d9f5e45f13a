// SPDX-License-Identifier: MIT
/* A lexicon and how far the tables are counted in it. */
#pragma once

#include "lexicon/lexicon.h"
#include "lexicon/lexicon_store.h"

struct lexicon_state {
    struct lexicon *lexicon; /* NULL: there is none */
    struct lexicon_cursor place;
    struct lexicon_cursor deleted;
    /* The count began behind this place, from a snapshot. Zeroed: with nothing. */
    struct lexicon_cursor base;
    int64_t settled;  /* transactions before it had ended when the count began; 0: it has not yet */
    int64_t erasures; /* of people, before the count began: document_store_erasures() */
    uint64_t changed; /* documents that were counted and are another now, or gone */
};
