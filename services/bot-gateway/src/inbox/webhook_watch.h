// SPDX-License-Identifier: MIT
/* What Telegram says of the bots' webhooks, in memory: each active bot is asked for every minute,
 * a new one, or one with another token, within a second or two. One call at a time; while Telegram
 * does not answer, the client's circuit breaker makes calls short.
 *
 * In the demo it also sets them. Each bot is asked for its username (getMe) once: at the start,
 * because its token may have changed while no process was there, and with each new token. The row
 * is written where it has another one. Likewise the menu of commands is filled in each language
 * (setMyCommands), and anew with the next look where its texts have changed; what fails is logged
 * ("menu_not_set") and done with the next look.
 *
 * That a webhook points elsewhere, or that a token is refused, is logged once, when it is seen
 * first. Gauges: telegram_webhooks_elsewhere, telegram_pending_updates. */
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
    const struct bots *bots; /* borrowed, like the following */
    const struct telegram *telegram;
    const struct texts_watch *texts; /* NULL: those that are built in */
    const char *public_url; /* where Telegram reaches this service; without a '/' at its end */
    /* Webhooks are set as well: each when its bot is seen first, and where it is not ours. For the
     * demo, whose Telegram forgets them; elsewhere people decide. */
    bool sets;
};

/* Returns new, which asks nobody yet. One for the process. */
struct webhook_watch *webhook_watch_create(const struct webhook_watch_options *options,
                                           struct fault *fault);
bool webhook_watch_begin(struct webhook_watch *watch, struct fault *fault) MUST_CHECK;
void webhook_watch_destroy(struct webhook_watch *watch); /* takes NULL */

/* What Telegram said last of a bot. NULL: nothing yet. Borrowed until the caller waits. */
const struct bot_webhook *webhook_watch_find(const struct webhook_watch *watch,
                                             const struct uuid *bot_id);

/* Asks now, in the caller's fiber. A failure shows in webhook_watch_find(), if anything was known.
 */
bool webhook_watch_ask(struct webhook_watch *watch, const struct bot *bot,
                       struct fault *fault) MUST_CHECK;
