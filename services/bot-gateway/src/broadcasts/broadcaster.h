// SPDX-License-Identifier: MIT
/* Runs broadcasts: finds their people, queues their messages in batches, finishes them. Any number
 * of instances may run, and each may be killed at any time. */
#pragma once

#include "api/service.h"

struct broadcaster;
struct sender;

/* How often the queue is checked. */
enum { BROADCASTER_POLL_MS = 250 };

/* Returns new. `sender` is woken after messages were queued; may be NULL. */
struct broadcaster *broadcaster_start(struct service *service, struct sender *sender,
                                      struct fault *fault);
void broadcaster_stop(struct broadcaster *broadcaster); /* takes NULL */

/* Runs at once: call it after a change of a broadcast. Takes NULL. Fits change_after_commit(). */
void broadcaster_wake(void *broadcaster);
