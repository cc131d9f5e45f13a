// SPDX-License-Identifier: MIT
/* A text that is meant for the tenant's bot of the other type: "хочу такси из Алматы в Тараз" to
 * the bot for apartments, "сниму квартиру" to the bot for rides. */
#pragma once

#include "base/slice.h"

#include "bots/bot.h"

/* Whether the text has a word of what the other bot does and none of what a bot of this type does,
 * in any language. */
bool other_bot_is_meant(struct slice text, enum bot_type type);

/* --- the table: words/remarks.tsv --- */

/* The beginning of a word that only one type of bot understands, as letters.h normalises it. */
struct other_bot_stem {
    enum bot_type type;
    const char *stem;
};
extern const struct other_bot_stem other_bot_stems[];
extern const size_t other_bot_stem_count;
