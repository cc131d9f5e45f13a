// SPDX-License-Identifier: MIT
/* What stands in a search box: words, a "phrase in quotes", and what must not be there: -word,
 * -"phrase". There are no mistakes of syntax: what is none of these is words. Pure. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum {
    QUERY_BYTES_MAX = 2048, /* what is behind them is not read */
    QUERY_PARTS_MAX = 32,   /* behind so many the rest is words */
};

enum query_kind { QUERY_WORDS, QUERY_PHRASE, QUERY_WITHOUT };

struct query_part {
    enum query_kind kind;
    struct slice text; /* of the query as it was typed, without quotes and minus */
};

struct query {
    struct query_part parts[QUERY_PARTS_MAX];
    size_t count;
    bool open; /* it ends within a word, which may be the beginning of a longer one */
};

/* A phrase begins with a quote (" “) behind a blank or at the beginning, and ends with one (" ”)
 * behind which a letter or digit does not follow; one that does not end is words. «» are no such
 * quotes: Russian puts names into them. A minus counts behind a blank or at the beginning, with a
 * letter, a digit or a phrase behind it. */
void query_read(struct slice text, struct query *out);
