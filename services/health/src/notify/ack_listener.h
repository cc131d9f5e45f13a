// SPDX-License-Identifier: MIT
/* Receives acknowledgements from Telegram by long polling. Members of the chats in ALERT_CHATS may
 * acknowledge; other people receive a refusal. */
#pragma once

#include "notify/telegram_channel.h"

/* Called after an incident was acknowledged. */
typedef void ack_listener_fn(void *data);

struct ack_listener {
    const struct channel_tools *tools;
    struct telegram_channel *chats;
    ack_listener_fn *acked;
    void *data;
    struct telegram_poll *poll;
    /* When another program last interrupted the polling, and the time before; 0: never. */
    int64_t interrupted_ns, interrupted_before_ns;
};
/* Borrows the arguments. */
bool ack_listener_start(struct ack_listener *listener, const struct channel_tools *tools,
                        struct telegram_channel *chats, ack_listener_fn *acked, void *data,
                        struct fault *fault);
/* Whether another program has interrupted the polling of the bot twice within the last ten minutes,
 * so taps are lost. False if the zeroed listener was not started. */
bool ack_listener_bot_is_shared(const struct ack_listener *listener);
/* May have not been started. Waits like telegram_poll_stop(). */
void ack_listener_stop(struct ack_listener *listener);
