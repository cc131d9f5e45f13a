// SPDX-License-Identifier: MIT
/* Parses the text of a search box: words, a "phrase in quotes", and exclusions: -word, -"phrase".
 * There are no syntax errors: everything else is words. Pure. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum {
    QUERY_BYTES_MAX = 2048, /* bytes of a query; further bytes are ignored */
    QUERY_PARTS_MAX = 32,   /* parts of a query; the last part has all remaining text as words */
};

enum query_kind { QUERY_WORDS, QUERY_PHRASE, QUERY_WITHOUT };

struct query_part {
    enum query_kind kind;
    struct slice text; /* a part of the query, without quotes and minus */
};

struct query {
    struct query_part parts[QUERY_PARTS_MAX];
    size_t count;
    bool open; /* the query ends with a letter or digit, so its last word may be incomplete */
};

/* Parses a query. A phrase begins with a quote (" “) after a blank or at the beginning, and ends
 * with a quote (" ”) that is not followed by a letter or digit; the words of an unterminated phrase
 * are ordinary words. «» do not make a phrase, because in Russian they enclose names. A minus
 * excludes if it follows a blank or begins the text, and precedes a letter, a digit or a phrase. */
void query_parse(struct slice text, struct query *out);
