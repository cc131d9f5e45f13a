// SPDX-License-Identifier: MIT
/* Sends alerts by Telegram to every chat of ALERT_CHATS. A message has a button that acknowledges
 * the incident; it is edited when the incident is acknowledged or ends, so a chat shows the current
 * state.
 *
 * The last TELEGRAM_SENT_MAX messages are in memory and in the history: after a restart the
 * messages of incidents are known that are open or ended in the last hour. */
#pragma once

#include "notify/channel.h"
#include "telegram/telegram.h"

enum {
    TELEGRAM_CHATS_MAX = 8,
    /* Short enough for a second attempt to begin and end within ALERT_FALLBACK_MS. */
    TELEGRAM_SEND_MS = 7000,
    TELEGRAM_SENT_MAX = 128
};

/* The channel's `self`. */
struct telegram_channel;

/* Fault: "bad_alert_chats". */
channel_open_fn telegram_channel_open;

/* The API by which it sends. */
const struct telegram *telegram_channel_api(const struct telegram_channel *chats);
bool telegram_channel_has_chat(const struct telegram_channel *chats, int64_t chat_id);
/* Call it when the incident has changed: the next run edits its messages. */
void telegram_channel_edit_later(struct telegram_channel *chats, const struct incident *incident);
/* Adds a message of this incident that was not known, because its button was tapped. */
void telegram_channel_track(struct telegram_channel *chats, const struct incident *incident,
                            int64_t chat_id, int64_t message_id);
