// SPDX-License-Identifier: MIT
/* Bots on the wire. */
#pragma once

#include "json/fields.h"

#include "bots/bot.h"

struct bot_shown;
extern const struct fields bot_fields; /* of struct bot_shown */

/* Writes a bot of GET /v1/bots: what is missing, and none of its secrets. */
void bot_encode(const struct bot *bot, struct buf *out);
