// SPDX-License-Identifier: MIT
/* Acknowledgements in Telegram: a tap on the button of an alert, or the reply "ok" to its message.
 * The button's callback_data contains the id of the incident; a reply contains the message with its
 * button (Bot API, Message: reply_to_message, reply_markup). Pure. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/uuid.h"

#include "storage/history.h"

struct ack {
    struct slice query_id; /* id of the callback query, which must be answered; absent: a reply */
    int64_t chat_id;
    int64_t message_id; /* of the alert */
    struct uuid incident;
    char who[INCIDENT_WHO_MAX + 1]; /* "telegram:<id>", and " @<name>" if there is one */
};

/* The allowed_updates of the request. */
extern const char ack_updates[];

/* Appends `,"reply_markup":...` with the button. */
void ack_put_button(const struct uuid *incident, struct buf *out);

/* False: the update is neither a tap nor a reply. If the data of a callback is not ours, `incident`
 * is nil. Borrows from `update`. */
bool ack_read(struct slice update, struct arena *arena, struct ack *out);
