// SPDX-License-Identifier: MIT
/* Detects words typed with the wrong keyboard layout ("ghbdtn") or in Latin letters ("privet"), by
 * the lexicon. A known word stays. An unknown word is rewritten if a reading of it is known; so is
 * a rare word with a much more frequent reading, because others have mistyped it in documents
 * before. If most of a query is rewritten, its other words are too. */
#pragma once

#include "base/arena.h"

#include "lexicon/lexicon.h"

enum rewrite_kind { REWRITE_LAYOUT, REWRITE_LATIN, REWRITE_KINDS /* their number */ };

enum {
    REWRITES_MAX = 64, /* chunks of a query between blanks; further ones stay */
    /* The most bytes of chunks in Latin letters, because transliteration takes up to 10 us for a
     * letter; further chunks stay. */
    REWRITE_BYTES_MAX = 256,
    REWRITE_GROWTH = 4, /* the most bytes that replace one: "l" becomes "ль" */
};

struct rewrite {
    enum rewrite_kind kind;
    bool known;        /* the typed words are known too, and also count */
    struct slice from; /* of the query */
    struct slice to;   /* in the arena */
};

struct rewrites {
    struct rewrite *list; /* in the order of the query */
    size_t count;
};

/* "layout" or "latin", for answers. */
const char *rewrite_kind_name(enum rewrite_kind kind);

/* Finds the rewrites of a query, whose texts are `parts`; the query is judged as a whole. Uses at
 * most 512 KB of the arena. False: the arena is full. */
bool rewrite_find(const struct lexicon *lexicon, struct word_reader *reader,
                  const struct slice *parts, size_t part_count, struct arena *arena,
                  struct rewrites *out, struct fault *fault) MUST_CHECK;
