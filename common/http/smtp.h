// SPDX-License-Identifier: MIT
/* Sends a mail to an SMTP server, by libcurl. Blocks, also for name look-ups: call it in a thread
 * of loop/work.
 *
 * smtps:// is TLS from the beginning. smtp:// becomes TLS by STARTTLS: always with a user, so that
 * no password is sent in the clear, otherwise if the server offers it. Certificates are always
 * verified. Proxies of the environment are not used. */
#pragma once

#include <stdatomic.h>

#include "base/fault.h"
#include "base/slice.h"

enum { SMTP_CONNECT_MS = 5000, SMTP_LIMIT_MS = 15000 };

struct smtp_call {
    const char *url;           /* smtp_url_ok() */
    const char *user;          /* "": none */
    const char *password;      /* "": none */
    const char *ca_file;       /* NULL: the system's */
    const char *from;          /* address without brackets, as in `to` */
    const char *const *to;     /* NULL-terminated. It is enough that the server accepts one */
    struct slice message;      /* RFC 5322, with CR LF */
    const atomic_bool *cancel; /* set to true: the call ends within a second */
};

/* True: the server has accepted the mail. False: FAULT_INVALID "smtp_refused" (a permanent refusal,
 * an untrusted certificate, or missing TLS), FAULT_UNAVAILABLE "smtp_away" (anything else: a later
 * try may succeed, and the mail may even have been accepted). The detail is curl's text with the
 * server's number, because a server's text may quote the mail. Needs curl_global_init(), which
 * http_client_create() or smtp_init() calls. */
bool smtp_send(const struct smtp_call *call, struct fault *fault) MUST_CHECK;

/* Call it once, before threads start. */
bool smtp_init(struct fault *fault) MUST_CHECK;

/* True for smtp:// and smtps:// without user and password. */
bool smtp_url_ok(const char *url);
