// SPDX-License-Identifier: MIT
/* Sends alerts by e-mail, by http/smtp.h in a thread of its own, so that the loop never waits. */
#pragma once

#include "loop/loop.h"

#include "notify/channel.h"

struct email_options {
    const char *url;      /* must satisfy smtp_url_ok() */
    const char *user;     /* "": none */
    const char *password; /* "": none */
    const char *from;
    const char *to;      /* comma-separated */
    const char *ca_file; /* NULL: the CA file of the system */
};

struct email_channel;

/* Returns new; borrows the texts. If `loop` is NULL, the options are checked, but the channel
 * cannot send. FAULT_INVALID "bad_smtp_url", "bad_alert_from", "bad_alert_emails". */
struct email_channel *email_channel_create(struct loop *loop, const struct email_options *options,
                                           struct fault *fault);
/* Takes NULL. Cancels an e-mail in progress. */
void email_channel_destroy(struct email_channel *email);

struct channel email_channel(struct email_channel *email);
