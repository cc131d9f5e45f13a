// SPDX-License-Identifier: MIT
/* JSON of bots. */
#pragma once

#include "api/list.h"
#include "json/fields.h"

#include "bots/bot.h"

struct bot_shown;
extern const struct fields bot_fields; /* of struct bot_shown */

struct bot_webhook_shown;
extern const struct fields bot_webhook_fields; /* of struct bot_webhook_shown */

struct bot_polling_shown;
extern const struct fields bot_polling_fields; /* of struct bot_polling_shown */

/* The parameters of a list of things of bots. */
struct bot_query {
    struct slice bot; /* absent: all bots */
    struct list_page page;
};
extern const struct fields bot_query_fields;

/* Encodes a bot for GET /v1/bots, without secrets: with the parts that it lacks and the state of
 * its webhook (NULL: unknown yet). */
void bot_encode(const struct bot *bot, const struct bot_webhook *webhook, struct buf *out);
