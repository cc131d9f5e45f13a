// SPDX-License-Identifier: MIT
/* JSON of the Bot API about webhooks. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "inbox/webhook.h"
#include "texts/texts.h"

/* Reads the result of getWebhookInfo. Text in `out` is borrowed from `result` or in the arena. */
bool webhook_info_read(struct slice result, struct arena *arena, struct webhook_info *out,
                       struct fault *fault) MUST_CHECK;

/* Reads User.username from the result of getMe; absent if the bot has none. Text is borrowed from
 * `result` or in the arena. */
bool webhook_username_read(struct slice result, struct arena *arena, struct slice *out,
                           struct fault *fault) MUST_CHECK;

/* Writes the parameters of setWebhook as JSON. */
void webhook_set_encode(struct slice url, const char *secret, struct buf *out);

/* Writes the parameters of setMyCommands as JSON, for the menu of commands beside the chat. There
 * is one menu, and so one call, per language: `menu` is its number, below WEBHOOK_MENUS. Menu 0 is
 * for users of all other languages. */
enum { WEBHOOK_MENUS = 4 };
void webhook_menu_encode(const struct texts *texts, enum bot_type type, size_t menu,
                         struct buf *out);
