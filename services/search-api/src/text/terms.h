// SPDX-License-Identifier: MIT
/* The terms of a text as a value of PostgreSQL. */
#pragma once

#include "text/words.h"

/* Makes a literal of PostgreSQL's type tsvector, in the arena. `label` is appended to each term: ""
 * gives terms without a position, ":1A" terms that match 'x':A of a tsquery. False: the arena is
 * full. */
bool terms_write_tsvector(const struct words *words, const char *label, struct arena *arena,
                          struct slice *out, struct fault *fault) MUST_CHECK;
