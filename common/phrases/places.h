// SPDX-License-Identifier: MIT
/* Names of the caller's cities, districts, streets and landmarks, as people say them. */
#pragma once

#include "phrases/words.h"

/* Adds ways to say one thing; words.c. `said` is as in struct word_row. */
void words_add(struct phrase_words *words, enum word_kind kind, int value, struct slice said);

void places_add(struct phrase_words *words, const struct phrase_places *places,
                struct arena *arena);
