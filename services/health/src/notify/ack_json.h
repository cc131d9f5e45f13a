// SPDX-License-Identifier: MIT
/* What people do with an alert in Telegram: they tap its button, or answer "ok" to its message. The
 * button's callback_data names the incident; an answer has the message with its button in it
 * (Bot API, Message: reply_to_message, reply_markup). Pure. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/uuid.h"

#include "storage/history.h"

struct ack {
    struct slice query_id; /* of the tap, to be answered; absent: a message */
    int64_t chat_id;
    int64_t message_id; /* the one that tells of the incident */
    struct uuid incident;
    char who[INCIDENT_WHO_MAX + 1]; /* "telegram:<id>", and " @<name>" where there is one */
};

/* Updates that are asked for, as allowed_updates. */
extern const char ack_updates[];

/* Appends `,"reply_markup":...` with the button. */
void ack_put_button(const struct uuid *incident, struct buf *out);

/* False: the update is neither; of a tap whose data is none of ours, `incident` is nil. Borrows
 * from `update`. */
bool ack_read(struct slice update, struct arena *arena, struct ack *out);
