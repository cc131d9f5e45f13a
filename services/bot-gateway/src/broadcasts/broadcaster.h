// SPDX-License-Identifier: MIT
/* Goes on with broadcasts: finds their people, queues their messages a few at a time, ends them.
 * Any number of copies may do this, and any of them may be killed. */
#pragma once

#include "api/service.h"

struct broadcaster;
struct sender;

/* How soon it is seen that messages have left. */
enum { BROADCASTER_POLL_MS = 250 };

/* Returns new. `sender` is woken when there are messages; NULL: nobody is. */
struct broadcaster *broadcaster_start(struct service *service, struct sender *sender,
                                      struct fault *fault);
void broadcaster_stop(struct broadcaster *broadcaster); /* takes NULL */

/* Something has changed: it looks at once. Takes NULL. As a callback of change_after() too. */
void broadcaster_wake(void *broadcaster);
