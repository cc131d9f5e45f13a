// SPDX-License-Identifier: MIT
/* Sends a mail to an SMTP server, by libcurl. Blocks, also for name look-ups: call it in a thread
 * of loop/work.
 *
 * smtps:// uses TLS from the beginning. smtp:// uses STARTTLS if the server offers it. With a user,
 * STARTTLS is required, so that no password is sent in the clear. Certificates are always verified.
 * Proxies of the environment are not used. */
#pragma once

#include <stdatomic.h>

#include "base/fault.h"
#include "base/slice.h"

struct smtp_call {
    const char *url;      /* must satisfy smtp_is_url_valid() */
    const char *user;     /* "": none */
    const char *password; /* "": none */
    const char *ca_file;  /* NULL: the CA file of the system */
    const char *from;     /* address without brackets, as in `to` */
    const char *const
        *to;              /* NULL-terminated. The call succeeds if the server accepts one of them */
    struct slice message; /* RFC 5322, with CR LF */
    int limit_ms;         /* limit of the call; connecting, with TLS, may take a third of it */
    /* The call ends within a second after another thread has set it to true. */
    const atomic_bool *cancel;
};

/* True: the server has accepted the mail. False: FAULT_INVALID "smtp_refused" (a permanent refusal,
 * an untrusted certificate, or missing TLS), or FAULT_UNAVAILABLE "smtp_away" (any other failure: a
 * later try may succeed, and the mail may even have been accepted). The detail is curl's text with
 * the server's number, because the server's own text may quote the mail. smtp_init() or
 * http_client_create() must have run. */
bool smtp_send(const struct smtp_call *call, struct fault *fault) MUST_CHECK;

/* Initialises libcurl. Call it once, before threads start. */
bool smtp_init(struct fault *fault) MUST_CHECK;

/* True for smtp:// and smtps:// without user and password. */
bool smtp_is_url_valid(const char *url);
