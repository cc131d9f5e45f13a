// SPDX-License-Identifier: MIT
/* The places of the demo, for phrases to name: cities of booking-api's schema; districts, streets
 * and landmarks of its flats. */
#pragma once

#include "phrases/phrase.h"

/* New, in the arena; it reads the repository's files. */
const struct phrase_words *phrase_world_words(struct arena *arena);
/* The whole file, in the arena. */
struct slice phrase_world_file(struct arena *arena, const char *path);

/* The answer as tests/data/phrases/README.md writes it. */
struct slice phrase_world_show(const struct phrase *phrase, struct arena *arena);
