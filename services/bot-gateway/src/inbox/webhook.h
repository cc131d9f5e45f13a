// SPDX-License-Identifier: MIT
/* A bot's webhook: its address, and whether what Telegram has is that. Pure. */
#pragma once

#include "base/buf.h"

#include "bots/bot.h"

/* Where Telegram shall send a bot's updates. */
void webhook_url(const char *public_url, const char *bot, struct buf *out);

/* What getWebhookInfo answers (Bot API, "WebhookInfo"), of what we look at. */
struct webhook_info {
    struct slice url;      /* empty: there is none */
    int64_t pending;       /* updates; FIELD_ABSENT as below */
    int64_t last_error_at; /* seconds since 1970 */
    struct slice last_error;
};

/* `ours` is the address that the bot should have. */
void webhook_judge(const struct webhook_info *info, struct slice ours, int64_t now_us,
                   struct bot_webhook *out);

/* The host of an address, for logs: the rest of somebody else's may be a secret of his. Empty where
 * it is no address. */
struct slice webhook_host(struct slice url);
