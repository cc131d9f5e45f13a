// SPDX-License-Identifier: MIT
/* Acknowledgements by Telegram: asks for updates by long polling, and does what taps and answers
 * say. Who is in a chat of ALERT_CHATS may acknowledge; others are told that they may not. */
#pragma once

#include "storage/history.h"
#include "telegram/telegram.h"

struct telegram_channel;
struct taps;

struct taps_options {
    struct loop *loop;
    struct telegram telegram;
    const char *token;
    struct telegram_channel *chats;
    struct history *history;
    void (*acked)(void *data, const struct incident *incident);
    void *data;
};

/* Returns new; borrows all of the options. */
struct taps *taps_start(const struct taps_options *options, struct fault *fault);
/* As telegram_poll_stop(). Takes NULL. */
void taps_stop(struct taps *taps);
