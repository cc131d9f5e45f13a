// SPDX-License-Identifier: MIT
/* Looks after messages that people pass to each other (dialogue/relay.h). If Telegram refuses one,
 * or it was not delivered in a day, the messages that were stored for this case are queued: to
 * staff with the text, and to the writer, who learns that. Any number of processes may run this. */
#pragma once

#include "api/service.h"
#include "base/buf.h"

#include "outbox/outbox.h"

struct sender;

struct relay_watch;

enum { RELAY_WATCH_MS = 2000 };

/* Returns new, and starts. `sender` is woken after messages were queued; NULL: none. */
struct relay_watch *relay_watch_start(struct service *service, struct sender *sender,
                                      struct fault *fault);
void relay_watch_stop(struct relay_watch *watch); /* takes NULL */

/* Appends a message as JSON, in the form that is read when the message is queued. `opens`: it makes
 * the topic of the talk. */
void relay_watch_write(const struct outbox_message *message, bool opens, struct buf *out);
