// SPDX-License-Identifier: MIT
/* The channels that the variables name, each in a file of its own. */
#pragma once

#include <stdio.h>

#include "api/service.h"

#include "notify/channel.h"
#include "telegram/telegram.h"

struct health_config;

struct channels {
    struct channel all[ALERT_CHANNELS]; /* those without `self` are not configured */
    struct telegram_channel *chats;     /* NULL: none */
    struct telegram telegram;           /* of those */
    /* The rest belongs to the channels. */
    struct email_channel *email;
    struct sms_channel *sms;
    struct webhook_channel *webhook;
    struct http_client *telegram_http, *web;
};

/* Whether channels_open() could use the variables. False: every mistake stands in `errors`, a line
 * each, without what the variable says. */
bool channels_check(const struct health_config *config, FILE *errors);
/* Sets zeroed `channels`, which borrow all of the arguments. False: FAULT_INVALID names the
 * variable; channels_close() all the same. */
bool channels_open(struct channels *channels, struct service *service,
                   const struct health_config *config, const struct plan *plan,
                   struct history *history, struct fault *fault) MUST_CHECK;
/* Called outside of fibers; what is under way is cut. */
void channels_close(struct channels *channels);
