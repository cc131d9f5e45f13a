// SPDX-License-Identifier: MIT
/* Spellings of a name in two scripts: "esentai mall" is "есентаи мол" too, "хан шатыр" is "khan
 * shatyr". Pure. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/* The normalised Cyrillic letters of a name, its words separated by spaces, in the arena. English
 * words of names are written as they sound: "mall" is "мол". Absent if the arena is full. */
struct slice spelling_in_cyrillic(struct slice name, struct arena *arena);
/* The name with the English words that it has in Cyrillic letters: "есентай молл" gives "есентай
 * mall". Absent if it has none, or if the arena is full. */
struct slice spelling_in_english(struct slice name, struct arena *arena);
/* Whether a word of the name is in Latin letters. */
bool spelling_is_latin(struct slice name);
