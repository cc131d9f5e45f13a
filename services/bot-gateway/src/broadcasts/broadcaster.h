// SPDX-License-Identifier: MIT
/* Runs broadcasts: finds their people, queues their messages in batches, finishes them. Any number
 * of instances may run, and each may be killed at any time. */
#pragma once

struct gateway_app;

/* Time from one run to the next while a broadcast waits, for example for its queue. */
enum { BROADCASTER_POLL_MS = 250 };

/* Starts the task app->broadcaster, which runs until periodic_stop(). Wakes app->sender, which may
 * be NULL, after messages were queued. */
void broadcaster_start(struct gateway_app *app);

/* Starts a run at once. Call it with the struct gateway_app after the commit of a change of a
 * broadcast, for example by change_after_commit(). */
void broadcaster_wake(void *app);
