// SPDX-License-Identifier: MIT
/* The configured channels, each in a file of its own. */
#pragma once

#include <stdio.h>

#include "api/service.h"

#include "notify/channel.h"
#include "telegram/telegram.h"

struct health_config;

struct channels {
    struct channel all[ALERT_CHANNELS]; /* those without `self` are not configured */
    struct telegram_channel *chats;     /* NULL: none */
    struct telegram telegram;           /* the API of those chats */
    /* Private. */
    struct service *service; /* NULL: the variables are only checked */
    const struct plan *plan;
    struct history *history;
    struct email_channel *email;
    struct sms_channel *sms;
    struct webhook_channel *webhook;
    struct http_client *telegram_http, *web;
};

/* Whether channels_open() could use the variables. If not, every mistake is printed to `errors` on
 * a line of its own, without the value. */
bool channels_check(const struct health_config *config, FILE *errors);
/* Sets zeroed `channels`, which borrow the arguments. False: FAULT_INVALID names the variable;
 * channels_close() is needed nevertheless. */
bool channels_open(struct channels *channels, struct service *service,
                   const struct health_config *config, const struct plan *plan,
                   struct history *history, struct fault *fault) MUST_CHECK;
/* Not for fibers; calls in progress are cancelled. */
void channels_close(struct channels *channels);
