// SPDX-License-Identifier: MIT
/* Russian and Kazakh typed with Latin letters, read back. Everybody spells in their own way (sh or
 * w, zh or j, y or i, 4 for ч, ь left out), so all readings are tried and the lexicon judges which
 * of them looks most like what is written in the documents. */
#pragma once

#include "base/arena.h"

#include "lexicon/lexicon.h"

/* The best reading of a run of a-z, digits and ', at most WORD_POINTS_MAX of them; `.at` is NULL
 * when the arena is full. */
struct slice latin_read(const struct lexicon *lexicon, struct slice run,
                        struct arena *arena) MUST_CHECK;
