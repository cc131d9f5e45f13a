// SPDX-License-Identifier: MIT
/* A mail to an SMTP server, by libcurl. Blocks: it is for a thread of loop/work, in which names are
 * looked up too.
 *
 * smtps:// is TLS from the beginning. smtp:// becomes TLS by STARTTLS: always where there is a
 * user, so that no password goes out in the clear, else where the server offers it. Certificates
 * are checked in any case. Proxies of the environment are not used. */
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
    const char *from;          /* an address without brackets, like those of `to` */
    const char *const *to;     /* NULL-terminated. One is enough that the server takes */
    struct slice message;      /* RFC 5322, with CR LF */
    const atomic_bool *cancel; /* becomes true: the call ends within a second */
};

/* True: the server has taken the mail. False: FAULT_INVALID "smtp_refused" (it said no for good, or
 * its certificate is not trusted, or it has no TLS where there must be), FAULT_UNAVAILABLE
 * "smtp_away" (anything else: a later try may succeed, and the mail may even have been taken). The
 * detail is in curl's words for its codes, with the server's number: what servers say may repeat
 * what they were told. Needs curl_global_init(), which http_client_create() has done or
 * smtp_init() does. */
bool smtp_send(const struct smtp_call *call, struct fault *fault) MUST_CHECK;

/* Once, before threads are there. */
bool smtp_init(struct fault *fault) MUST_CHECK;

/* Whether it is smtp:// or smtps://, and has neither user nor password. */
bool smtp_url_ok(const char *url);
