// SPDX-License-Identifier: MIT
/* Runs broadcasts: finds their people, queues their messages in batches, finishes them. Any number
 * of instances may run, and each may be killed at any time. */
#pragma once

#include "api/service.h"

struct broadcaster;
struct sender;

/* Time from one run to the next while a broadcast waits, for example for its queue. */
enum { BROADCASTER_POLL_MS = 250 };

/* Creates and starts the task; NULL: `fault` is set. `sender` is woken after messages were queued;
 * it may be NULL. */
struct broadcaster *broadcaster_start(struct service *service, struct sender *sender,
                                      struct fault *fault);
void broadcaster_stop(struct broadcaster *broadcaster); /* takes NULL */

/* Starts a run at once. Call it after the commit of a change of a broadcast, for example by
 * change_after_commit(). Takes NULL. */
void broadcaster_wake(void *broadcaster);
