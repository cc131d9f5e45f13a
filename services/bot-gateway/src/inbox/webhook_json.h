// SPDX-License-Identifier: MIT
/* JSON of the Bot API about webhooks. */
#pragma once

#include "base/arena.h"

#include "inbox/webhook.h"
#include "texts/texts.h"

/* The result of getWebhookInfo; borrows from it and the arena. */
bool webhook_info_read(struct slice result, struct arena *arena, struct webhook_info *out,
                       struct fault *fault) MUST_CHECK;

/* User.username of the result of getMe; may be absent. Borrows likewise. */
bool webhook_username_read(struct slice result, struct arena *arena, struct slice *out,
                           struct fault *fault) MUST_CHECK;

/* The parameters of setWebhook. */
void webhook_set_encode(struct slice url, const char *secret, struct buf *out);

/* The parameters of setMyCommands, for the menu beside the chat: call number `menu` of
 * WEBHOOK_MENUS. There is one per language; the first is for all other languages. */
enum { WEBHOOK_MENUS = 4 };
void webhook_menu_encode(const struct texts *texts, size_t menu, struct buf *out);
