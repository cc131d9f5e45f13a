// SPDX-License-Identifier: MIT
/* curl multi on our loop: one request to one address; the fiber is parked until it ends. No policy:
 * no tries, no checks of addresses. Private to client_call.c. */
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

/* Returns new. At most `per_host` connections lead to one host, and `connections` to all. */
struct http_transport *http_transport_create(struct loop *loop, size_t per_host, size_t connections,
                                             struct fault *fault);
/* Requests under way end with `code` CURLE_ABORTED_BY_CALLBACK. Takes NULL. */
void http_transport_destroy(struct http_transport *transport);

struct http_transport_request {
    const char *url;
    const char *method;
    const char *const *headers; /* "Name: value", NULL-terminated, or NULL */
    const char *ca_file;        /* NULL: the file of the system */
    struct slice body;
    bool repeatable; /* curl may send it again when a kept connection turns out closed */
    struct work_address address; /* where the connection goes, whatever the URL's host */
    /* NULL: none. Else `address` is the proxy's, and the proxy looks up the URL's host. */
    const struct http_proxy *proxy;
    size_t answer_max;
    bool drops_body;
    bool fresh;         /* over a new connection, which is not kept */
    bool only_connects; /* a certificate that is not believed makes no failure of it */
    bool believes_all;  /* with only_connects: reads a certificate and judges nothing */
    int64_t connect_ms; /* until it is connected; 0: as long as the rest */
    const char *header; /* one more that is wanted, or NULL */
};

struct http_transport_answer {
    CURLcode code; /* CURLE_OK: the fields below are complete */
    long status;
    struct slice body; /* in the arena, like the rest */
    struct slice content_type;
    struct slice retry_after;
    struct slice header;
    int64_t certificate_until_us;
    enum http_distrust distrust; /* set on failure too */
    bool sent;                   /* the first byte of the request has left; set on failure too */
    bool no_connection; /* no connection was free for it until the end; set on failure too */
    bool too_large;     /* the failure's reason: more than `answer_max` */
    bool arena_full;
};

/* In a fiber. False with fiber_park()'s fault: `until_ns` came before the answer; `answer->sent` is
 * set even then. */
bool http_transport_run(struct http_transport *transport,
                        const struct http_transport_request *request, struct arena *arena,
                        int64_t until_ns, struct http_transport_answer *answer,
                        struct fault *fault) MUST_CHECK;
