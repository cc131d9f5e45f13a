// SPDX-License-Identifier: MIT
/* Webhooks as the Bot API writes them. */
#pragma once

#include "base/arena.h"

#include "inbox/webhook.h"
#include "texts/texts.h"

/* The result of getWebhookInfo; borrows from it and the arena. */
bool webhook_info_read(struct slice result, struct arena *arena, struct webhook_info *out,
                       struct fault *fault) MUST_CHECK;

/* User.username of getMe's result; absent: there is none. Borrows likewise. */
bool webhook_username_read(struct slice result, struct arena *arena, struct slice *out,
                           struct fault *fault) MUST_CHECK;

/* The parameters of setWebhook. */
void webhook_set_encode(struct slice url, const char *secret, struct buf *out);

/* The parameters of setMyCommands, which fills the menu beside the chat: call number `menu` of
 * WEBHOOK_MENUS. One is for each language, the first for those whose language has none. */
enum { WEBHOOK_MENUS = 4 };
void webhook_menu_encode(const struct texts *texts, size_t menu, struct buf *out);
