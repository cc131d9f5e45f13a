// SPDX-License-Identifier: MIT
/* The Bot API's calls about webhooks and the bots themselves. In a fiber, never inside a
 * transaction. One try each. */
#pragma once

#include "bots/bot.h"
#include "telegram/telegram.h"

enum {
    WEBHOOK_CALL_MS = 5000,
    WEBHOOK_DEADLINE_MS = 15000, /* of a request that makes two of them */
    WEBHOOK_URL_MAX = 256
};

/* Asks Telegram what webhook the bot has; `host` is whose it is where it points elsewhere, in the
 * arena. The faults are those of telegram_call(), and "bad_json". `outcome` is set even then. */
bool webhook_client_look(const struct telegram *telegram, const char *public_url,
                         const struct bot *bot, struct arena *arena, struct bot_webhook *out,
                         struct slice *host, enum telegram_outcome *outcome,
                         struct fault *fault) MUST_CHECK;

/* Has Telegram send the bot's updates here from now on, with its stored secret; what waits there
 * stays. FAULT_CONFLICT "token_refused": Telegram knows no bot with this token;
 * "webhook_refused": it takes no such address, in its words. FAULT_UNAVAILABLE
 * "telegram_throttled", "telegram_unavailable". */
bool webhook_client_set(const struct telegram *telegram, const char *public_url,
                        const struct bot *bot, struct arena *arena, struct fault *fault) MUST_CHECK;

/* Fills one of the bot's menus: `body` is that of webhook_menu_encode(). The faults are those of
 * telegram_call(). */
bool webhook_client_set_menu(const struct telegram *telegram, const struct bot *bot,
                             struct slice body, struct arena *arena,
                             struct fault *fault) MUST_CHECK;

/* What Telegram calls the bot, without '@', in the arena (Bot API, getMe: User.username). The
 * faults are those of telegram_call(), and "bad_json". */
bool webhook_client_username(const struct telegram *telegram, const struct bot *bot,
                             struct arena *arena, struct slice *out,
                             struct fault *fault) MUST_CHECK;
