// SPDX-License-Identifier: MIT
/* curl multi on our loop: one request to one address; the fiber is parked until it ends. No policy:
 * no retries, no checks of addresses. Private to client_call.c. */
#pragma once

#include <curl/curl.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/slice.h"
#include "http/client.h"
#include "http/client_target_private.h"
#include "loop/loop.h"
#include "loop/work.h"

struct http_transport;

/* Returns new. At most `per_host` connections to one host, and `connections` to all. */
struct http_transport *http_transport_create(struct loop *loop, size_t per_host, size_t connections,
                                             struct fault *fault);
/* Running requests end with `code` CURLE_ABORTED_BY_CALLBACK. Takes NULL. */
void http_transport_destroy(struct http_transport *transport);

struct http_transport_request {
    const char *url;
    const char *method;
    const char *const *headers; /* "Name: value", NULL-terminated, or NULL */
    const char *ca_file;        /* NULL: the file of the system */
    struct slice body;
    bool repeatable; /* curl may send it again if a reused connection is already closed */
    struct work_address address; /* address to connect to, independent of the URL's host */
    /* NULL: none. Else `address` is the proxy's, and the proxy resolves the URL's host. */
    const struct http_proxy *proxy;
    size_t answer_max;
    bool drops_body;
    bool fresh;         /* over a new connection, which is not kept */
    bool only_connects; /* an untrusted certificate is not a failure */
    bool believes_all;  /* with only_connects: reads a certificate without verifying it */
    int64_t connect_ms; /* limit for connecting; 0: none of its own */
    const char *header; /* one more header to return, or NULL */
};

struct http_transport_answer {
    CURLcode code; /* CURLE_OK: the fields below are complete */
    long status;
    struct slice body; /* in the arena, like the rest */
    struct slice retry_after;
    struct slice header;
    int64_t certificate_until_us;
    enum http_distrust distrust; /* set on failure too */
    bool sent;                   /* the first byte of the request was sent; set on failure too */
    bool no_connection;          /* no connection became free for it; set on failure too */
    bool too_large;              /* the failure's reason: more than `answer_max` */
    bool arena_full;
};

/* In a fiber. False with fiber_park()'s fault: `until_ns` passed before the answer; `answer->sent`
 * is set even then. */
bool http_transport_run(struct http_transport *transport,
                        const struct http_transport_request *request, struct arena *arena,
                        int64_t until_ns, struct http_transport_answer *answer,
                        struct fault *fault) MUST_CHECK;
