// SPDX-License-Identifier: MIT
/* JSON of the Bot API about webhooks, usernames and menus of commands. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "bots/bot.h"
#include "texts/app_language.h"
#include "texts/texts.h"

/* Reads the result of getWebhookInfo (Bot API, "WebhookInfo"), and compares its URL with `our_url`,
 * the URL that the bot should have. `host` is the host of the URL, or empty if it is not a URL;
 * logs show only the host, because the rest of a URL that is not ours may contain a secret. It is
 * borrowed from `result` or in the arena. */
bool webhook_info_read(struct slice result, struct slice our_url, int64_t now_us,
                       struct arena *arena, struct bot_webhook *out, struct slice *host,
                       struct fault *fault) MUST_CHECK;

/* Reads User.username from the result of getMe; absent if the bot has none. Text is borrowed from
 * `result` or in the arena. */
bool webhook_username_read(struct slice result, struct arena *arena, struct slice *username,
                           struct fault *fault) MUST_CHECK;

/* Writes the parameters of setWebhook as JSON. */
void webhook_encode_set_parameters(struct slice url, const char *secret, struct buf *out);

/* The menu of commands beside the chat of a bot, in its order. */
struct webhook_menu_command {
    const char *command;
    enum text description;
};
struct webhook_menu {
    const struct webhook_menu_command *commands;
    size_t count;
};
/* Writes the parameters of setMyCommands as JSON, for the menu. There is one menu, and so one call,
 * per row of app_languages: `language_row`. */
enum { WEBHOOK_MENUS = APP_LANGUAGES };
void webhook_encode_menu_parameters(const struct texts *texts, const struct webhook_menu *menu,
                                    size_t language_row, struct buf *out);
