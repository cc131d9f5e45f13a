// SPDX-License-Identifier: MIT
/* Watches messages that people pass to each other (dialogue/relay.h). If a message fails, expires
 * after RELAY_TTL_S, is cancelled or has an unknown outcome, queues the messages that were stored
 * for this case, such as one with the text to staff, and a notice to the writer. Any number of
 * processes may run this. */
#pragma once

#include "base/buf.h"

#include "outbox/outbox.h"

struct gateway_app;

enum { RELAY_WATCH_MS = 2000 };

/* Starts the task app->relays, which runs until periodic_stop(). Wakes app->sender, which may be
 * NULL, after messages were queued. */
void relay_watch_start(struct gateway_app *app);

/* Appends a message as an item of the JSON list `otherwise` of struct relay_row. `makes_topic` is
 * true if the message makes the topic of the talk. */
void relay_watch_append_message_json(const struct outbox_message *message, bool makes_topic,
                                     struct buf *out);
