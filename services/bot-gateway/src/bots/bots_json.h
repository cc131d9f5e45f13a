// SPDX-License-Identifier: MIT
/* Bots on the wire. */
#pragma once

#include "json/fields.h"

#include "bots/bot.h"

struct bot_shown;
extern const struct fields bot_fields; /* of struct bot_shown */

struct bot_webhook_shown;
extern const struct fields bot_webhook_fields; /* of struct bot_webhook_shown */

struct bot_polling_shown;
extern const struct fields bot_polling_fields; /* of struct bot_polling_shown */

/* Writes a bot of GET /v1/bots: what is missing, what Telegram says of its webhook (NULL: it has
 * not been asked), and none of its secrets. */
void bot_encode(const struct bot *bot, const struct bot_webhook *webhook, struct buf *out);
