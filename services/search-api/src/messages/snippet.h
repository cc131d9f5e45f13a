// SPDX-License-Identifier: MIT
/* The part of a text that shows what was found in it, and where. */
#pragma once

#include "query/query_terms.h"

enum { SNIPPET_POINTS = 200 };

/* A word that was found: code points [begin, end) of the snippet. */
struct snippet_mark {
    uint32_t begin;
    uint32_t end;
};

struct snippet {
    struct slice text; /* of the whole text: all of it, or at most SNIPPET_POINTS */
    bool cut_before;   /* the whole text begins before it */
    bool cut_after;
    struct snippet_mark *marks; /* in order, apart from each other */
    size_t mark_count;
};

/* Takes the part with the heaviest words; it begins and ends between words, where none is too long.
 * A word is marked by its term, or where half of its 4-grams are query_terms; words of many
 * documents only where nothing else is. `text` is UTF-8 and borrowed. False: the arena is full. */
bool snippet_make(const struct query_terms *query_terms, struct word_reader *reader,
                  struct slice text, struct arena *arena, struct snippet *out,
                  struct fault *fault) MUST_CHECK;
