// SPDX-License-Identifier: MIT
/* A text that is meant for the tenant's bot of the other type: "хочу такси из Алматы в Тараз" to
 * the bot for apartments, "сниму квартиру" to the bot for rides. */
#pragma once

#include "base/slice.h"

#include "bots/bot.h"

/* Whether the text has a word of what the other bot does and none of what a bot of this type does,
 * in any language. */
bool other_bot_is_meant(struct slice text, enum bot_type type);
