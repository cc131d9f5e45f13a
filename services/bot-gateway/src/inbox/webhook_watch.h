// SPDX-License-Identifier: MIT
/* The state of the bots' webhooks at Telegram, in memory. Each active bot is checked every minute,
 * a new one, or one with a new token, within two seconds. One call runs at a time; while Telegram
 * does not answer, the client's circuit breaker makes calls short.
 *
 * At the start and after each new token, the watch requests the username of the bot (getMe), stores
 * the username if it has changed, and sets the menu of commands in each language (setMyCommands).
 * It sets the menu again when the texts change; a failure is logged ("menu_not_set") and retried at
 * the next check. In the demo the watch also sets webhooks.
 *
 * A webhook that points elsewhere and a refused token are logged once, when first seen. Gauges:
 * telegram_webhooks_elsewhere, telegram_pending_updates. */
#pragma once

#include "bots/bots.h"
#include "texts/texts_watch.h"

enum { WEBHOOK_WATCH_S = 60 };

struct gateway_app;
struct webhook_watch;

/* Creates the watch and begins to check; NULL: `fault` is set. One per process. `app` must outlive
 * the watch. If `sets_webhooks`, sets webhooks too: of each new bot, and of bots whose webhook
 * points elsewhere. True in the demo, whose Telegram has no persistent storage; elsewhere people
 * set webhooks. */
struct webhook_watch *webhook_watch_start(const struct gateway_app *app, bool sets_webhooks,
                                          struct fault *fault);
void webhook_watch_stop(struct webhook_watch *watch); /* takes NULL */

/* The state of the bot's webhook at the last check; NULL: not checked yet. The state is valid until
 * the caller's fiber waits. */
const struct bot_webhook *webhook_watch_get_state(struct webhook_watch *watch,
                                                  const struct uuid *bot_id);

/* Checks the bot's webhook now, in the caller's fiber, and records the result or the failure for
 * webhook_watch_get_state(). True also if Telegram refuses the token. */
bool webhook_watch_check_now(struct webhook_watch *watch, const struct bot *bot,
                             struct fault *fault) MUST_CHECK;
