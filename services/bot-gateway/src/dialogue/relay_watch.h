// SPDX-License-Identifier: MIT
/* Watches messages that people pass to each other (dialogue/relay.h). If Telegram refuses a
 * message, or it is not delivered within a day, queues the messages that were stored for this case,
 * such as one with the text to staff, and a notice to the writer. Any number of processes may run
 * this. */
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

/* Appends a message as an item of the JSON list `otherwise` of struct relay_row. `opens` is true if
 * the message makes the topic of the talk. */
void relay_watch_write_message(const struct outbox_message *message, bool opens, struct buf *out);
