// SPDX-License-Identifier: MIT
/* Receives acknowledgements by Telegram's long polling. Members of a chat of ALERT_CHATS may
 * acknowledge; others get a refusal. */
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

/* Returns new; borrows all of the options. */
struct ack_listener *ack_listener_start(const struct ack_listener_options *options,
                                        struct fault *fault);
/* As telegram_poll_stop(). Takes NULL. */
void ack_listener_stop(struct ack_listener *listener);
