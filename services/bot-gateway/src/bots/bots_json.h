// SPDX-License-Identifier: MIT
/* JSON of bots. */
#pragma once

#include "api/list.h"
#include "json/fields.h"

#include "bots/bot.h"

/* A bot as bot_encode() writes it, and two of its members; for the test of openapi.yaml. */
extern const struct fields bot_fields;
extern const struct fields bot_webhook_fields;
extern const struct fields bot_polling_fields;

/* Query parameters of lists that can be limited to one bot, such as GET /v1/forwards. */
struct bot_query {
    struct slice bot; /* absent: all bots */
    struct list_page page;
};
extern const struct fields bot_query_fields;

/* Encodes a bot for GET /v1/bots: without secrets, but with the names of the parts that it lacks
 * and with the state of its webhook (NULL: not known yet). */
void bot_encode(const struct bot *bot, const struct bot_webhook *webhook, struct buf *out);
