// SPDX-License-Identifier: MIT
/* The terms of a text as PostgreSQL keeps them. */
#pragma once

#include "words/words.h"

/* A literal of its type tsvector, in the arena. False: the arena is full. */
bool terms_write(const struct words *words, struct arena *arena, struct slice *out,
                 struct fault *fault) MUST_CHECK;
