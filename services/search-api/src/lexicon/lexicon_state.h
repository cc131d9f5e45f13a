// SPDX-License-Identifier: MIT
/* A lexicon, and the cursors up to which it has counted the tables of documents and of tombstones.
 */
#pragma once

#include "lexicon/lexicon.h"
#include "lexicon/lexicon_store.h"

struct lexicon_state {
    struct lexicon *lexicon; /* NULL: none */
    struct lexicon_cursor cursor;
    struct lexicon_cursor deleted;
    /* The cursor of the snapshot from which the count continued. Zeroed: it began with nothing. */
    struct lexicon_cursor base;
    int64_t settled;  /* all transactions below it had ended when the count began; 0: it has not
                       * begun */
    int64_t erasures; /* of people, before the count began: document_store_count_erasures() */
    uint64_t changed; /* counted documents that were changed or deleted since */
};
