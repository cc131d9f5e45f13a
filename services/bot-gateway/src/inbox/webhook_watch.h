// SPDX-License-Identifier: MIT
/* The state of the bots' webhooks at Telegram, in memory. Each active bot is checked every minute,
 * a new one, or one with a new token, within two seconds. One call at a time; while Telegram does
 * not answer, the client's circuit breaker makes calls short.
 *
 * In the demo it also sets them. It requests the username of each bot (getMe) once at the start and
 * with each new token, and stores it if it differs. It sets the menu of commands in each language
 * (setMyCommands) likewise, and again when the texts change; a failure is logged ("menu_not_set")
 * and retried at the next check.
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
    /* Set webhooks too: of each new bot, and of bots whose webhook is not ours. For the demo, whose
     * Telegram has no persistent storage; elsewhere people decide. */
    bool sets;
};

/* Returns new; the first run begins at once. One per process. */
struct webhook_watch *webhook_watch_start(const struct webhook_watch_options *options,
                                          struct fault *fault);
void webhook_watch_stop(struct webhook_watch *watch); /* takes NULL */

/* The last known state of a bot. NULL: none yet. Borrowed until the caller waits. */
const struct bot_webhook *webhook_watch_find(const struct webhook_watch *watch,
                                             const struct uuid *bot_id);

/* Checks the bot now, in the caller's fiber. webhook_watch_find() shows a failure too. */
bool webhook_watch_check(struct webhook_watch *watch, const struct bot *bot,
                         struct fault *fault) MUST_CHECK;
