// SPDX-License-Identifier: MIT
/* Reads acknowledgements in Telegram: a tap on the button of an alert, or the reply "ok" to its
 * message. The button's callback_data contains the id of the incident; a reply contains the message
 * with its button (Bot API, Message: reply_to_message, reply_markup). Pure. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/uuid.h"

#include "storage/history.h"

struct ack {
    /* Id of the callback query of a tap, which must be answered; absent: a reply. */
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

/* Reads an update. False: it is neither a tap nor a reply. If a tap has data of another program,
 * `incident` is nil. Borrows from `update`. */
bool ack_read(struct slice update, struct arena *arena, struct ack *out);
