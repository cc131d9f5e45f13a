// SPDX-License-Identifier: MIT
/* Transliterates Russian and Kazakh in Latin letters back to Cyrillic. Spellings vary (sh or w, zh
 * or j, y or i, 4 for ч, no ь), so all readings are tried, and the lexicon decides which is most
 * similar to the documents. */
#pragma once

#include "base/arena.h"

#include "lexicon/lexicon.h"

enum { LATIN_READINGS = 4 /* readings of one run, at most */ };

struct latin_readings {
    struct slice list[LATIN_READINGS]; /* in the arena */
    size_t count;
};

/* Finds the most probable Cyrillic readings of a run of a-z, digits and ', the best first. Reads at
 * most WORD_POINTS_MAX characters. False: the arena is full. */
bool latin_transliterate(const struct lexicon *lexicon, struct slice run, struct arena *arena,
                         struct latin_readings *out, struct fault *fault) MUST_CHECK;
