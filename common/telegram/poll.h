// SPDX-License-Identifier: MIT
/* Receives the updates of a bot without a webhook by getUpdates, passes them to `store`, and
 * confirms them after they were stored.
 *
 * Telegram deletes an update when getUpdates is called with an offset above its update_id. So an
 * `offset` is sent only after `store` has stored a page: the id of its last update plus one. After
 * a week without updates ids may restart at a lower number (Bot API, "Update"); so an offset is
 * cleared as soon as a call with it was answered, and is not stored over a restart: the first call
 * requests all unconfirmed updates. Updates that were stored but not confirmed arrive again, so
 * `store` must recognise them by id.
 *
 * Each round is a fiber with a deadline. After a failure the next round waits 1 to 2 s, then twice
 * as long each time, up to 30 to 60 s; after a 429 as long as Telegram demands. The first call and
 * calls after a failure do not wait for updates, so that the result is known soon. A polled bot
 * occupies one of the client's connections_per_host nearly all the time. */
#pragma once

#include "telegram/telegram.h"

enum {
    TELEGRAM_UPDATES_MAX = 100, /* maximum of updates of one call, a limit of the Bot API */
    /* Maximum of bytes of an answer. One update has at most 512 KiB. After a larger answer half as
     * many updates are requested. */
    TELEGRAM_UPDATES_BYTES_MAX = 1024 * 1024,
    TELEGRAM_POLL_S = 50,      /* how long a call waits for updates */
    TELEGRAM_STORE_MS = 10000, /* maximum time for `store` */
    TELEGRAM_POLL_PAUSE_MAX_S = 60
};

struct telegram_update {
    int64_t update_id;
    struct slice raw; /* the update as JSON, valid during `store` */
};

enum telegram_poll_state {
    TELEGRAM_POLL_WORKS,
    TELEGRAM_POLL_FAILS,   /* Telegram cannot be reached, its answer cannot be parsed, or `store`
                              failed */
    TELEGRAM_POLL_WEBHOOK, /* the bot has a webhook, so getUpdates is refused */
    TELEGRAM_POLL_OTHER,   /* another program polls this bot */
    TELEGRAM_POLL_NO_BOT   /* the token is wrong or revoked */
};

/* Stores those of `updates` that are not stored yet. Called in the fiber of the round. False: no
 * update is confirmed, and all of them arrive again. */
typedef bool telegram_store_fn(void *data, const struct telegram_update *updates, size_t count,
                               struct fault *fault);

struct telegram_poll_options {
    struct telegram telegram;
    const char *token;           /* borrowed, like the other texts */
    const char *allowed_updates; /* JSON array of kinds */
    int timeout_s;               /* 0: TELEGRAM_POLL_S */
    telegram_store_fn *store;
    /* Called when the state has changed, and after the first round. `fault` is set for every state
     * but TELEGRAM_POLL_WORKS. */
    void (*changed)(void *data, enum telegram_poll_state state, const struct fault *fault);
    void *data;
};

struct telegram_poll;

/* Returns new; the first round begins in the loop. NULL with a fault: out of memory. */
struct telegram_poll *telegram_poll_start(struct loop *loop,
                                          const struct telegram_poll_options *options,
                                          struct fault *fault);

/* NULL is allowed. Cancels the running round; no callback begins any more. In a fiber, waits until
 * the round has ended, within the fiber's deadline. Outside of fibers, returns at once: the
 * round ends later in the loop, and what the options borrow must live until then. Must not be
 * called in `store` or `changed`. */
void telegram_poll_stop(struct telegram_poll *poll);

/* The state as "works", "webhook" and so on; for logs and replies. Static. */
const char *telegram_poll_state_name(enum telegram_poll_state state);
