// SPDX-License-Identifier: MIT
/* Which texts get a vector, and their cost. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* Whether a text gets a vector: not if it is a command to a bot ("/start") or a single word,
 * because "да" and "ок" are similar to everything. `words` is the number of its words
 * (text/words.h). */
bool embeddable_allows(struct slice text, int64_t words);

/* An upper estimate of the tokens of a text: a token has four bytes in English and Kazakh, more in
 * Russian. The estimate counts until the endpoint reports the actual number. */
int64_t embeddable_estimate_tokens(struct slice text);
