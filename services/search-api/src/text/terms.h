// SPDX-License-Identifier: MIT
/* The terms of a text as a value of PostgreSQL. */
#pragma once

#include "text/words.h"

/* A literal of type tsvector, in the arena. Each term gets the `label`: "" means no position, ":1A"
 * matches 'x':A of a tsquery. False: the arena is full. */
bool terms_write(const struct words *words, const char *label, struct arena *arena,
                 struct slice *out, struct fault *fault) MUST_CHECK;
