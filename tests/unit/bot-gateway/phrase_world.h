// SPDX-License-Identifier: MIT
/* The demo's places for phrases: cities of booking-api's schema; districts, streets and landmarks
 * of its apartments. */
#pragma once

#include "phrases/phrase.h"

/* The vocabulary, which the first call builds from the repository's files. */
const struct phrase_words *phrase_world_words(void);
/* The same for rides: cities and towns between which booking-api has trips. */
const struct phrase_words *phrase_world_ride_words(void);
/* The whole file, in the arena. */
struct slice phrase_world_file(struct arena *arena, const char *path);

/* The result in the notation of tests/data/phrases/README.md. */
struct slice phrase_world_show(const struct phrase *phrase, struct arena *arena);
