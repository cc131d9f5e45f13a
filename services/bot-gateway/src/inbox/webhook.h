// SPDX-License-Identifier: MIT
/* The address of a bot's webhook, compared with what Telegram has. Pure. */
#pragma once

#include "base/buf.h"

#include "bots/bot.h"

/* The address for a bot's updates. */
void webhook_url(const char *public_url, const char *bot, struct buf *out);

/* The members of getWebhookInfo (Bot API, "WebhookInfo") that are used. */
struct webhook_info {
    struct slice url;      /* empty: there is none */
    int64_t pending;       /* updates; may be FIELD_ABSENT, as the next */
    int64_t last_error_at; /* seconds since 1970 */
    struct slice last_error;
};

/* `ours` is the address that the bot should have. */
void webhook_compare(const struct webhook_info *info, struct slice ours, int64_t now_us,
                     struct bot_webhook *out);

/* The host of an address, for logs: the rest of a foreign address may contain a secret. Empty if it
 * is not an address. */
struct slice webhook_host(struct slice url);
