// SPDX-License-Identifier: MIT
/* Asks Telegram for the updates of bots whose intake is "poll" (telegram/poll.h), and stores them
 * as the webhook does.
 *
 * Of all copies of the service one polls a bot: the one that has its lease, a row of the table
 * `poller`, which it renews every POLLERS_TICK_MS. When a copy dies, another one takes over within
 * POLLERS_LEASE_S and a tick; one that is told to stop gives its leases back within a tick, where
 * it drains for so long (DRAIN_LAME). A bot that becomes active, inactive, polled or not, or gets
 * another token is noticed with the next look at the bots and a tick. */
#pragma once

#include "api/service.h"

#include "bots/bots.h"
#include "inbox/inbox.h"

enum {
    POLLERS_MAX = 16, /* bots that one copy polls; further ones are another copy's */
    POLLERS_TICK_MS = 2000,
    POLLERS_LEASE_S = 10
};

struct pollers;

struct pollers_options {
    struct service *service; /* borrowed, like the following */
    const struct bots *bots;
    struct inbox *intake;
    const char *telegram_root;
    bool own_root;              /* as in struct telegram */
    const char *telegram_proxy; /* "": none */
};

/* Returns new; polls from now on. */
struct pollers *pollers_start(const struct pollers_options *options, struct fault *fault);
void pollers_stop(struct pollers *pollers); /* takes NULL; no fiber of its own may live any more */
