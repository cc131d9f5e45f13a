// SPDX-License-Identifier: MIT
/* Which texts get a vector, and their cost. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* Excludes commands to bots ("/start") and single words: "да" and "ок" are near everything. `words`
 * is their number in the text (text/words.h). */
bool embeddable_text(struct slice text, int64_t words);

/* An upper estimate of the tokens of a text: a token has four bytes in English and Kazakh, more in
 * Russian. The endpoint's report replaces it. */
int64_t embeddable_tokens(struct slice text);
