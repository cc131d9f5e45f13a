// SPDX-License-Identifier: MIT
/* Polling: requests the updates of bots with intake "poll" from Telegram (getUpdates,
 * telegram/poll.h) and stores them as the webhook does.
 *
 * Only one instance polls a bot: the one that holds the bot's lease, a row of the table `poller`,
 * which is renewed every POLLERS_TICK_MS. If an instance dies, another one takes over within
 * POLLERS_LEASE_S and a tick. A stopping instance releases its leases within a tick, if it drains
 * for that long (DRAIN_LAME). A change of a bot (active, intake, token) takes effect within a tick
 * after the bots are read again.
 *
 * Telegram answers getUpdates only while the bot has no webhook. A webhook that points to this
 * service is therefore removed. One that points elsewhere stays: another program owns it. */
#pragma once

#include "inbox/poller_store.h"

enum { POLLERS_TICK_MS = 2000, POLLERS_LEASE_S = 10 };

struct gateway_app;
struct pollers;

/* Creates the pollers and starts to poll; NULL: `fault` is set. `app` must outlive them. */
struct pollers *pollers_start(const struct gateway_app *app, struct fault *fault);
void pollers_stop(struct pollers *pollers); /* takes NULL; none of its fibers may be alive */
