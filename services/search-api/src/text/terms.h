// SPDX-License-Identifier: MIT
/* The terms of a text as PostgreSQL keeps them. */
#pragma once

#include "text/words.h"

/* A literal of its type tsvector, in the arena. Each term has the `label`: "" has no place, ":1A"
 * is what 'x':A of a tsquery finds. False: the arena is full. */
bool terms_write(const struct words *words, const char *label, struct arena *arena,
                 struct slice *out, struct fault *fault) MUST_CHECK;
