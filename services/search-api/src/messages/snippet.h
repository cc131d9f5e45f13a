// SPDX-License-Identifier: MIT
/* The part of a text that shows the matches, with their positions. */
#pragma once

#include "query/query_terms.h"

enum { SNIPPET_POINTS = 200 }; /* code points of a snippet, at most */

/* A match: code points [begin, end) of the snippet. */
struct snippet_mark {
    uint32_t begin;
    uint32_t end;
};

struct snippet {
    struct slice text;          /* a part of the document's text, or all of it */
    bool cut_before;            /* text precedes the snippet */
    bool cut_after;             /* text follows the snippet */
    struct snippet_mark *marks; /* in order, without overlaps */
    size_t mark_count;
};

/* Makes a snippet: the part of the text with the heaviest matching words. The part begins and ends
 * between words, unless a word is too long. A word matches by its term, or if the query has half of
 * its 4-grams; common words match only if no other word does. `text` is UTF-8 and borrowed. False:
 * the arena is full. */
bool snippet_make(const struct query_terms *query_terms, struct word_reader *reader,
                  struct slice text, struct arena *arena, struct snippet *out,
                  struct fault *fault) MUST_CHECK;
