// SPDX-License-Identifier: MIT
/* A text that is meant for the tenant's other bot: "хочу такси из Алматы в Тараз" to
 * the bot for apartments, "сниму квартиру" to the bot for rides. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* Whether the text has a word of what the other bot does and none of what this bot does, in any
 * language. `own` and `other` are the stems of such words (struct product). */
bool other_bot_is_meant(struct slice text, const char *const *own, const char *const *other);

/* --- the tables: words/remarks.tsv --- */

/* The beginnings of words that only one product understands, as letters.h normalises them; NULL
 * ends a list. */
extern const char *const other_bot_stems_apartments[];
extern const char *const other_bot_stems_taxi[];
