// SPDX-License-Identifier: MIT
/* Sends the messages of the table `sending` to Telegram, as a queue of api/queue.h. A round reads
 * the due chats, checks the rate limits, and marks messages as being sent. At most one call per
 * chat runs at a time, over all instances.
 *
 * Periodic tasks renew the leases of running calls, expire messages, and recover calls whose
 * process has ended: such a message is `uncertain`, and its on_unknown decides. */
#pragma once

#include "api/service.h"

#include "bots/bots.h"
#include "outbox/sender_store.h"

struct sender;

enum {
    /* Calls running at once, of all bots. A bot may start a call only while its running calls
     * are fewer than the free ones. So a bot whose calls hang takes half of all calls, a second
     * such bot half of the rest. Bots take turns. A call takes about 0.1 s, so half of all calls is
     * far more than the rate limit of a bot allows. */
    SENDER_CALLS_MAX = 64,
    SENDER_POLL_MS = 250 /* delay until messages queued by other instances are seen */
};

/* Makes one call of the Bot API with the bot's token and sets `result`; called in a fiber.
 * `result->text` is in the arena. Tests pass a fake. */
typedef void sender_send_fn(void *data, const char *token, const struct sender_call *call,
                            struct arena *arena, struct call_result *result);
/* Calls Telegram; `data` is a struct telegram. */
sender_send_fn telegram_client_send;

struct sender_options {
    struct service *service;
    struct bots *bots;
    sender_send_fn *send;
    void *data;
};

/* Creates the sender and starts to send; NULL: `fault` is set. */
struct sender *sender_start(const struct sender_options *options, struct fault *fault);
/* Stops sending. In a fiber it waits for the running calls until the fiber's deadline; if some
 * still run then, it frees nothing. `sender` may be NULL. */
void sender_stop(struct sender *sender);

/* Starts a round at once. Call it after the commit that queued a message, for example by
 * change_after_commit(). `sender` may be NULL. */
void sender_wake(void *sender);
