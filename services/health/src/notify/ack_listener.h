// SPDX-License-Identifier: MIT
/* Receives acknowledgements from Telegram by long polling. Members of the chats in ALERT_CHATS may
 * acknowledge; other people get a refusal. */
#pragma once

#include "storage/history.h"
#include "telegram/telegram.h"

struct telegram_channel;
struct ack_listener;

struct ack_listener_options {
    struct loop *loop;
    struct telegram telegram;
    const char *token;
    struct telegram_channel *chats;
    struct history *history;
    void (*acked)(void *data, const struct incident *incident);
    void *data;
};

/* Returns new; borrows all options. */
struct ack_listener *ack_listener_start(const struct ack_listener_options *options,
                                        struct fault *fault);
/* Takes NULL. Waits like telegram_poll_stop(). */
void ack_listener_stop(struct ack_listener *listener);
