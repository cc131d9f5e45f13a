// SPDX-License-Identifier: MIT
/* Receives acknowledgements from Telegram by long polling. Members of the chats in ALERT_CHATS may
 * acknowledge; other people receive a refusal. */
#pragma once

#include "notify/telegram_channel.h"

struct ack_listener;

/* Called after an incident was acknowledged. */
typedef void ack_listener_fn(void *data, const struct incident *incident);

/* Returns new; borrows the arguments. */
struct ack_listener *ack_listener_start(const struct channel_tools *tools,
                                        struct telegram_channel *chats, ack_listener_fn *acked,
                                        void *data, struct fault *fault);
/* True if another program has interrupted the polling of the bot twice within the last ten minutes,
 * so taps are lost. */
bool ack_listener_bot_is_shared(const struct ack_listener *listener);
/* NULL is allowed. Waits like telegram_poll_stop(). */
void ack_listener_stop(struct ack_listener *listener);
