// SPDX-License-Identifier: MIT
/* The configured channels, each in a file of its own. */
#pragma once

#include <stdio.h>

#include "api/service.h"

#include "notify/channel.h"
#include "telegram/telegram.h"

struct health_config;

struct channels {
    struct channel all[ALERT_CHANNELS]; /* if `self` is NULL, the channel is not configured */
    struct telegram_channel *chats;     /* NULL: none */
    struct telegram telegram;           /* the API by which `chats` sends */
    /* Used by channels.c alone. */
    struct service *service; /* NULL: the variables are only checked */
    const struct plan *plan;
    struct history *history;
    struct email_channel *email;
    struct sms_channel *sms;
    struct webhook_channel *webhook;
    struct http_client *telegram_http, *web;
};

/* True if channels_open() could use the variables. Otherwise every mistake is printed to `errors`
 * on a line of its own, without the value. */
bool channels_check(const struct health_config *config, FILE *errors);
/* Opens the channels in zeroed `channels`, which borrow the arguments. False: FAULT_INVALID names
 * the bad variable; channels_close() must be called nevertheless. */
bool channels_open(struct channels *channels, struct service *service,
                   const struct health_config *config, const struct plan *plan,
                   struct history *history, struct fault *fault) MUST_CHECK;
/* Must not be called in a fiber. Calls in progress are cancelled. */
void channels_close(struct channels *channels);
