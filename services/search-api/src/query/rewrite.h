// SPDX-License-Identifier: MIT
/* Detects words typed with the wrong keyboard layout ("ghbdtn") or in Latin letters ("privet"), by
 * the lexicon. A known word is not rewritten, unless it is rare and its reading is much more
 * frequent, because documents have the same mistakes. An unknown word is rewritten if its reading
 * is known. If most of a query is rewritten, its other words are too. */
#pragma once

#include "base/arena.h"

#include "lexicon/lexicon.h"

enum rewrite_kind { REWRITE_LAYOUT, REWRITE_LATIN, REWRITE_KINDS /* their number */ };

enum {
    REWRITES_MAX = 64, /* chunks (runs between blanks); further chunks are not rewritten */
    /* Bytes of all chunks in Latin letters, because transliteration takes up to 10 us for a
     * letter; further chunks are not rewritten. */
    REWRITE_BYTES_MAX = 256,
    REWRITE_GROWTH = 4, /* bytes that replace one byte, at most: "l" becomes "ль" */
};

struct rewrite {
    enum rewrite_kind kind;
    bool known;        /* the typed words are known too, so both are searched */
    struct slice from; /* the typed chunk, borrowed from the query */
    struct slice to;   /* in the arena */
};

struct rewrites {
    struct rewrite *list; /* in the order of the query */
    size_t count;
};

/* "layout" or "latin", for answers. */
const char *rewrite_kind_name(enum rewrite_kind kind);

/* Finds the rewrites of a query. If most of the query, all parts together, is rewritten, its other
 * words are too. Uses at most 512 KB of the arena. False: the arena is full. */
bool rewrite_find_in_query(const struct lexicon *lexicon, struct word_reader *reader,
                           const struct slice *query_parts, size_t part_count, struct arena *arena,
                           struct rewrites *out, struct fault *fault) MUST_CHECK;
