// SPDX-License-Identifier: MIT
/* What a query says besides what its letters say: it was typed with the wrong keyboard layout
 * ("ghbdtn"), or with Latin letters ("privet"). Nobody tells; the lexicon does. A word that is
 * known as it was typed stays. One that is not, and that a reading makes known, was expansion so;
 * so was one that hardly any documents have, and the reading's words many: somebody has typed it by
 * mistake before. Where most of a query was expansion so, its other words were, too. */
#pragma once

#include "base/arena.h"

#include "lexicon/lexicon.h"

enum rewrite_kind { REWRITE_LAYOUT, REWRITE_LATIN, REWRITE_KINDS /* how many there are */ };

enum {
    REWRITES_MAX = 64, /* chunks of a query between blanks; those behind them stay */
    /* Bytes of chunks that were typed on a Latin keyboard, likewise: reading a letter back takes up
     * to 10 us. */
    REWRITE_BYTES_MAX = 256,
    REWRITE_GROWTH = 4, /* bytes that one of a chunk becomes at most: "l" is "ль" */
};

struct rewrite {
    enum rewrite_kind kind;
    bool known;        /* what was typed is known, too, and counts as well */
    struct slice from; /* of the query */
    struct slice to;   /* in the arena; its words count */
};

struct rewrites {
    struct rewrite *list; /* by their places in the query */
    size_t count;
};

/* "layout", "latin": as answers name them. */
const char *rewrite_kind_name(enum rewrite_kind kind);

/* `parts` are the texts of one query, which is ranked_apartment as a whole. Needs at most 512 KB of
 * the arena. False: it is full. */
bool rewrite_find(const struct lexicon *lexicon, struct word_reader *reader,
                  const struct slice *parts, size_t part_count, struct arena *arena,
                  struct rewrites *out, struct fault *fault) MUST_CHECK;
