// SPDX-License-Identifier: MIT
/* The URL of a bot's webhook, compared with the one that Telegram has. Pure. */
#pragma once

#include "bots/bot.h"

/* The members of getWebhookInfo (Bot API, "WebhookInfo") that this service reads. */
struct webhook_info {
    struct slice url;      /* empty: there is none */
    int64_t pending;       /* updates; may be FIELD_ABSENT, as the next */
    int64_t last_error_at; /* seconds since 1970 */
    struct slice last_error;
};

/* Compares Telegram's information about a webhook with `ours`, the URL that the bot should have. */
void webhook_compare(const struct webhook_info *info, struct slice ours, int64_t now_us,
                     struct bot_webhook *out);

/* The host in a URL, for logs: the rest of a URL that is not ours may contain a secret. Empty if
 * `url` is not a URL. */
struct slice webhook_host(struct slice url);
