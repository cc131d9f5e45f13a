// SPDX-License-Identifier: MIT
/* Takes messages from the table `sending` to Telegram. A round reads what is due, asks the pace who
 * may go, marks those on the disk, and starts a fiber for each call; the fiber stores how the call
 * ended. So memory does not grow with the queue, and no transaction waits for Telegram. Any number
 * of copies may do this: in a chat one call is under way at a time, whoever makes it.
 *
 * Beside the rounds the leases of the calls under way are renewed, messages whose time is over are
 * ended, and calls whose process is gone are given back: what may have been sent reads `uncertain`,
 * and its on_unknown decides. Messages that were settled 30 days ago are deleted. */
#pragma once

#include "api/service.h"

#include "bots/bots.h"
#include "outbox/sender_store.h"

struct sender;

enum {
    /* Under way at once, of all bots. A bot begins a call only while it has fewer than there are
     * free places: one whose calls hang holds half of them, the next one half of the rest. A call
     * takes a tenth of a second, so that half is far more than a bot's rate asks for. */
    SENDER_CALLS_MAX = 64,
    SENDER_POLL_MS = 250 /* how soon a message is seen that another copy has queued */
};

/* Makes the call with this token; in a fiber. `result->text` is in the arena. Tests have one of
 * their own. */
typedef void sender_speak_fn(void *data, const char *token, const struct sender_call *call,
                             struct arena *arena, struct call_result *result);

struct sender_options {
    struct service *service;
    struct bots *bots;
    sender_speak_fn *speak;
    void *data;
};

/* Returns new, and sends from now on. */
struct sender *sender_start(const struct sender_options *options, struct fault *fault);
/* Takes NULL. Outside of fibers, when no call is under way any more; or in a fiber, which then
 * waits for the calls until its time is over. */
void sender_stop(struct sender *sender);

/* Something was queued: the sender looks at once. Takes NULL. As a callback of change_after() too.
 */
void sender_wake(void *sender);
