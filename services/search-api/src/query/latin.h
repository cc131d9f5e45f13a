// SPDX-License-Identifier: MIT
/* Russian and Kazakh typed with Latin letters, read back. Everybody spells in their own way (sh or
 * w, zh or j, y or i, 4 for ч, ь left out), so all readings are tried and the lexicon judges which
 * of them looks most like what is written in the documents. */
#pragma once

#include "base/arena.h"

#include "lexicon/lexicon.h"

enum { LATIN_READINGS = 4 };

struct latin_readings {
    struct slice list[LATIN_READINGS]; /* in the arena */
    size_t count;
};

/* The best readings of a run of a-z, digits and ', the best first; of its first WORD_POINTS_MAX.
 * False: the arena is full. */
bool latin_read(const struct lexicon *lexicon, struct slice run, struct arena *arena,
                struct latin_readings *out, struct fault *fault) MUST_CHECK;
