// SPDX-License-Identifier: MIT
/* The state of the bots' webhooks at Telegram, in memory. Each active bot is checked every minute,
 * a new one, or one with a new token, within two seconds. One call runs at a time; while Telegram
 * does not answer, the client's circuit breaker makes calls short.
 *
 * In the demo the watch also sets webhooks. It requests the username of each bot (getMe) once at
 * the start and after each new token, and stores the username if it has changed. It sets the menu
 * of commands in each language (setMyCommands) at the same times, and again when the texts change;
 * a failure is logged ("menu_not_set") and retried at the next check.
 *
 * A webhook that points elsewhere and a refused token are logged once, when first seen. Gauges:
 * telegram_webhooks_elsewhere, telegram_pending_updates. */
#pragma once

#include "loop/loop.h"

#include "bots/bots.h"
#include "telegram/telegram.h"
#include "texts/texts_watch.h"

enum { WEBHOOK_WATCH_S = 60 };

struct webhook_watch;

struct webhook_watch_options {
    struct loop *loop;
    struct db_pool *pool;
    const struct bots *bots; /* borrowed, as the following */
    const struct telegram *telegram;
    const struct texts_watch *texts; /* NULL: the built-in ones */
    const char *public_url; /* address of this service for Telegram, without a '/' at the end */
    /* Whether to set webhooks too: of each new bot, and of bots whose webhook points elsewhere.
     * True in the demo, whose Telegram has no persistent storage; elsewhere people set webhooks. */
    bool sets;
};

/* Returns new, and begins to check. One per process. */
struct webhook_watch *webhook_watch_start(const struct webhook_watch_options *options,
                                          struct fault *fault);
void webhook_watch_stop(struct webhook_watch *watch); /* takes NULL */

/* The state of the bot's webhook at the last check, or NULL before the first one. Borrowed until
 * the caller waits. */
const struct bot_webhook *webhook_watch_find(const struct webhook_watch *watch,
                                             const struct uuid *bot_id);

/* Checks the bot's webhook now, in the caller's fiber. A failure is also recorded for
 * webhook_watch_find(). */
bool webhook_watch_check(struct webhook_watch *watch, const struct bot *bot,
                         struct fault *fault) MUST_CHECK;
