// SPDX-License-Identifier: MIT
/* Alerts by Telegram, to every chat of ALERT_CHATS. A message has a button that acknowledges; it is
 * edited when its incident is acknowledged or over, so a chat shows how things are.
 *
 * Which messages tell of an incident is known in memory, of the last TELEGRAM_SENT_MAX, and noted
 * in history: a restart knows those of incidents that last, or ended in the last hour. */
#pragma once

#include "config/plan.h"
#include "notify/channel.h"
#include "telegram/telegram.h"

enum {
    TELEGRAM_CHATS_MAX = 8,
    TELEGRAM_SEND_MS = 7000, /* so a second try begins and ends within ALERT_FALLBACK_MS */
    TELEGRAM_SENT_MAX = 128
};

struct telegram_channel_options {
    struct telegram telegram;
    const char *token;
    const char *chats; /* ids, comma-separated */
    const char *public_url;
    const struct plan *plan;
    struct history *history; /* NULL: what is shown is not noted */
};

struct telegram_channel;

/* Returns new; borrows all of the options. FAULT_INVALID "bad_alert_chats". */
struct telegram_channel *telegram_channel_create(const struct telegram_channel_options *options,
                                                 struct fault *fault);
void telegram_channel_destroy(struct telegram_channel *chats); /* takes NULL */

struct channel telegram_channel(struct telegram_channel *chats);

bool telegram_channel_has(const struct telegram_channel *chats, int64_t chat_id);
/* The incident is otherwise now: its messages are edited when the channel is tidied next. */
void telegram_channel_changed(struct telegram_channel *chats, const struct incident *incident);
/* A message of this incident was tapped. */
void telegram_channel_track(struct telegram_channel *chats, const struct incident *incident,
                            int64_t chat_id, int64_t message_id);
