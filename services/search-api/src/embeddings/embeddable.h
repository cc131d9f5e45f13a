// SPDX-License-Identifier: MIT
/* Which texts are worth a vector, and what one costs. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* Not a command to a bot ("/start"), and more than one word: "да" and "ок" are near everything.
 * `words` are those of the text (text/words.h). */
bool embeddable_text(struct slice text, int64_t words);

/* How many tokens a text has at most, as a rule: four bytes make one in English and Kazakh, more in
 * Russian. What the endpoint tells takes its place. */
int64_t embeddable_tokens(struct slice text);
