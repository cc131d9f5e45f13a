// SPDX-License-Identifier: MIT
/* Sends the messages of the table `sending` to Telegram: a queue of api/queue.h. A round reads the
 * due chats, checks the rate limits, and marks messages as being sent. A chat has at most one call
 * at a time, of all instances.
 *
 * Periodic tasks renew the leases of running calls, expire messages, and recover calls whose
 * process has ended: such a message is `uncertain`, and its on_unknown decides. */
#pragma once

#include "api/service.h"

#include "bots/bots.h"
#include "outbox/sender_store.h"

struct sender;

enum {
    /* Calls running at once, of all bots. A bot starts a call only while it has fewer calls than
     * are free: a bot whose calls hang holds half of them, the next one half of the rest. A call
     * takes about 0.1 s, so half of them exceeds the rate limit of a bot by far. */
    SENDER_CALLS_MAX = 64,
    SENDER_POLL_MS = 250 /* delay until messages queued by other instances are seen */
};

/* Makes the call with this token; runs in a fiber. `result->text` is in the arena. Tests pass a
 * fake. */
typedef void sender_send_fn(void *data, const char *token, const struct sender_call *call,
                            struct arena *arena, struct call_result *result);

struct sender_options {
    struct service *service;
    struct bots *bots;
    sender_send_fn *send;
    void *data;
};

/* Returns new; sends from now on. */
struct sender *sender_start(const struct sender_options *options, struct fault *fault);
/* Takes NULL. In a fiber it waits for the running calls until the fiber's deadline. If some are
 * still running then, it frees nothing. */
void sender_stop(struct sender *sender);

/* Starts a round at once: call it after queueing a message. Takes NULL. Fits change_after_commit().
 */
void sender_wake(void *sender);
