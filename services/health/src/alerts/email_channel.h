// SPDX-License-Identifier: MIT
/* Alerts by e-mail: SMTP by libcurl, in a thread of its own (loop/work), where names are looked up
 * too. smtps:// is TLS from the beginning. smtp:// becomes TLS by STARTTLS: always where there is a
 * user, so that no password goes out in the clear, else where the server offers it. Certificates
 * are checked in any case. */
#pragma once

#include "loop/loop.h"

#include "alerts/channel.h"

enum { EMAIL_CONNECT_MS = 5000, EMAIL_LIMIT_MS = 15000 };

struct email_options {
    const char *url;      /* smtp://host:port or smtps://, without user and password */
    const char *user;     /* "": none */
    const char *password; /* "": none */
    const char *from;
    const char *to;      /* comma-separated */
    const char *ca_file; /* NULL: the system's */
};

struct email_channel;

/* Returns new; borrows the texts. FAULT_INVALID "bad_smtp_url", "bad_alert_from",
 * "bad_alert_emails". */
struct email_channel *email_channel_create(struct loop *loop, const struct email_options *options,
                                           struct fault *fault);
/* Cuts a mail that is under way. Takes NULL. */
void email_channel_destroy(struct email_channel *email);

struct channel email_channel(struct email_channel *email);
