// SPDX-License-Identifier: MIT
/* Sends alerts by Telegram to every chat of ALERT_CHATS. A message has a button that acknowledges
 * the incident; it is edited when the incident is acknowledged, worsens or ends, so a chat shows
 * the current state.
 *
 * The last TELEGRAM_SENT_MAX messages are in memory and in the history. After a restart the
 * messages of incidents that are open or ended in the last hour are loaded. */
#pragma once

#include "notify/channel.h"
#include "telegram/telegram.h"

enum {
    TELEGRAM_CHATS_MAX = 8,
    /* Limit of a call, short enough for a second attempt to end within ALERT_FALLBACK_MS. */
    TELEGRAM_SEND_MS = 7000,
    TELEGRAM_SENT_MAX = 128 /* number of the last messages that can be edited */
};

/* The channel's `self`. */
struct telegram_channel;

/* Fault of opening: "bad_alert_chats". */
channel_open_fn telegram_channel_open;

/* The Telegram API that the channel uses. */
const struct telegram *telegram_channel_api(const struct telegram_channel *chats);
bool telegram_channel_has_chat(const struct telegram_channel *chats, int64_t chat_id);
/* Call it when the incident has changed: the channel's next `update` edits its messages. */
void telegram_channel_edit_later(struct telegram_channel *chats, const struct incident *incident);
/* Adds a message of this incident, because its button was tapped, unless the message is known. */
void telegram_channel_track_message(struct telegram_channel *chats, const struct incident *incident,
                                    int64_t chat_id, int64_t message_id);
