// SPDX-License-Identifier: MIT
/* Runs one request to one address by curl multi on our loop; the fiber is parked until it ends. No
 * retries and no checks of addresses. Private to client_call.c. */
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

/* Returns new. At most `connections_per_host` connections to one host, and `connections_max` to
 * all. */
struct http_transport *http_transport_create(struct loop *loop, size_t connections_per_host,
                                             size_t connections_max, struct fault *fault);
/* NULL is allowed. Running requests end with `code` CURLE_ABORTED_BY_CALLBACK. */
void http_transport_destroy(struct http_transport *transport);

struct http_transport_request {
    const struct http_call *call; /* with `address`, uses a new connection, which is not kept */
    const char *url;              /* of the call, in normal form */
    const char *ca_file;          /* NULL: the file of the system */
    bool repeatable; /* curl may send the request again if a reused connection is already closed */
    struct work_address address; /* address to connect to, whatever the URL's host is */
    /* If it is not NULL, `address` is the proxy's, and the proxy resolves the URL's host. */
    const struct http_proxy *proxy;
    int64_t connect_ms; /* limit for connecting, but not for the wait for a free connection; 0: only
                           `until_ns` */
};

struct http_transport_answer {
    CURLcode code; /* CURLE_OK: all members are set */
    long status;
    struct slice body; /* in the arena, like the other slices */
    struct slice retry_after;
    struct slice headers[HTTP_HEADERS_RETURNED];
    int64_t certificate_until_us;
    enum http_distrust distrust; /* set on failure too */
    bool sent;                   /* set on failure too: the first byte of the request was sent */
    bool no_connection; /* set on failure too: the request waited for a free connection and got none
                         */
    bool too_large;     /* the request failed because the body exceeds `answer_max` */
    bool arena_full;
};

/* Must run in a fiber. Fails like fiber_park() if `until_ns` passes before the answer;
 * `answer->sent` is set even then. */
bool http_transport_run(struct http_transport *transport,
                        const struct http_transport_request *request, struct arena *arena,
                        int64_t until_ns, struct http_transport_answer *answer,
                        struct fault *fault) MUST_CHECK;
