// SPDX-License-Identifier: MIT
/* The answer to a text that is only a courtesy. */
#pragma once

#include "base/slice.h"

#include "texts/texts.h"

/* The answer to a greeting, to thanks, or to friendly emoji alone ("❤️", "👍🏽👍🏽"),
 * in any language; TEXTS: the text is none of these. */
enum text courtesy_find_answer(struct slice text);

/* --- the table: words/remarks.tsv --- */

struct courtesy_word {
    enum text answer;
    const char *words;
};
extern const struct courtesy_word courtesy_words[];
extern const size_t courtesy_word_count;
