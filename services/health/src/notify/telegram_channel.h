// SPDX-License-Identifier: MIT
/* Sends alerts by Telegram to every chat of ALERT_CHATS. A message has a button that acknowledges
 * the incident; it is edited when the incident is acknowledged or ends, so a chat shows the current
 * state.
 *
 * The last TELEGRAM_SENT_MAX messages are in memory and in the history: after a restart the
 * messages of incidents are known that are open or ended in the last hour. */
#pragma once

#include "config/plan.h"
#include "notify/channel.h"
#include "telegram/telegram.h"

enum {
    TELEGRAM_CHATS_MAX = 8,
    /* Short enough for a second attempt to begin and end within ALERT_FALLBACK_MS. */
    TELEGRAM_SEND_MS = 7000,
    TELEGRAM_SENT_MAX = 128
};

struct telegram_channel_options {
    struct telegram telegram;
    const char *token;
    const char *chats; /* ids, comma-separated */
    const char *public_url;
    const struct plan *plan;
    struct history *history; /* NULL: messages are not stored */
};

struct telegram_channel;

/* Returns new; borrows all options. FAULT_INVALID "bad_alert_chats". */
struct telegram_channel *telegram_channel_create(const struct telegram_channel_options *options,
                                                 struct fault *fault);
void telegram_channel_destroy(struct telegram_channel *chats); /* takes NULL */

struct channel telegram_channel(struct telegram_channel *chats);

bool telegram_channel_has_chat(const struct telegram_channel *chats, int64_t chat_id);
/* Call it when the incident has changed: the next run edits its messages. */
void telegram_channel_edit_later(struct telegram_channel *chats, const struct incident *incident);
/* Adds a message of this incident that was not known, because its button was tapped. */
void telegram_channel_track(struct telegram_channel *chats, const struct incident *incident,
                            int64_t chat_id, int64_t message_id);
