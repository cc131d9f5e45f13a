// SPDX-License-Identifier: MIT
/* Adds the names of the caller's places to the vocabulary, with colloquial and inflected forms. */
#pragma once

#include "phrases/words.h"

void places_add(struct phrase_words *words, const struct phrase_places *places,
                struct arena *arena);
