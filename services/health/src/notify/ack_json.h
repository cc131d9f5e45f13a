// SPDX-License-Identifier: MIT
/* Reads acknowledgements in Telegram: a tap on the button of an alert, or the reply "ok" to the
 * alert's message. The button's callback_data contains the id of the incident; a reply contains the
 * message with the button (Bot API, Message: reply_to_message, reply_markup). Pure. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/uuid.h"

#include "storage/history.h"

struct ack {
    /* For a tap: id of the callback query, which must be answered. For a reply: absent. */
    struct slice query_id;
    int64_t chat_id;
    int64_t message_id; /* id of the message of the alert */
    struct uuid incident;
    char who[INCIDENT_WHO_MAX + 1]; /* "telegram:<id>", and " @<name>" if there is one */
};

/* Value of allowed_updates for getUpdates. */
extern const char ack_updates[];

/* Appends `,"reply_markup":...` with the button that acknowledges the incident. */
void ack_put_button(const struct uuid *incident, struct buf *out);

/* Reads an update of the Bot API. False: the update is no acknowledgement. `incident` is nil for a
 * tap on a button of another program. `out` borrows from `update`. */
bool ack_read_update(struct slice update, struct arena *arena, struct ack *out);
