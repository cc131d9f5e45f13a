// SPDX-License-Identifier: MIT
/* Calls of the Bot API about webhooks, menus and names of bots. Call these functions in a fiber,
 * never inside a transaction. Each tries once. */
#pragma once

#include "app.h"
#include "bots/bot.h"
#include "telegram/telegram.h"

enum {
    WEBHOOK_CALL_MS = 5000,
    WEBHOOK_DEADLINE_MS = 15000 /* of a request that makes two such calls */
};

/* Reads the webhook of the bot from Telegram. If the webhook points to another server, `host` is
 * that server's name, in the arena. Faults: those of telegram_call(), and "bad_json". `outcome` is
 * set in any case. */
bool webhook_client_read_state(const struct gateway_app *app, const struct bot *bot,
                               struct arena *arena, struct bot_webhook *out, struct slice *host,
                               enum telegram_outcome *outcome, struct fault *fault) MUST_CHECK;

/* Points the bot's webhook at this service, with the bot's stored secret; Telegram keeps pending
 * updates. FAULT_CONFLICT "token_refused": Telegram does not accept the token; "webhook_refused":
 * Telegram rejects the address, with its description. FAULT_UNAVAILABLE "telegram_throttled",
 * "telegram_unavailable". */
bool webhook_client_set_webhook(const struct gateway_app *app, const struct bot *bot,
                                struct fault *fault) MUST_CHECK;

/* Removes the bot's webhook, so that its updates can be polled; Telegram keeps pending updates.
 * Faults of telegram_call(). */
bool webhook_client_delete_webhook(const struct gateway_app *app, const struct bot *bot,
                                   struct fault *fault) MUST_CHECK;

/* Sets a menu of commands of the bot; `body` is from webhook_encode_menu_parameters(). Faults of
 * telegram_call(). */
bool webhook_client_set_menu(const struct gateway_app *app, const struct bot *bot,
                             struct slice body, struct fault *fault) MUST_CHECK;

/* Requests the bot's username, without '@', from Telegram (Bot API, getMe: User.username). Absent
 * if the call fails. */
struct slice webhook_client_fetch_username(const struct gateway_app *app, const struct bot *bot,
                                           struct arena *arena);
