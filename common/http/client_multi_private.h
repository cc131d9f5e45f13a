// SPDX-License-Identifier: MIT
/* Shared by client_multi.c, which runs curl's sockets and timer on our loop, and client_transfer.c,
 * which makes requests. Their interface is client_transport_private.h. */
#pragma once

#include <sys/queue.h>

#include "http/client_transport_private.h"
#include "loop/fiber.h"

/* One running request, on the stack of its fiber. */
struct transfer {
    LIST_ENTRY(transfer) of_all;
    struct fiber *fiber;
    CURL *easy;
    struct curl_slist *headers;
    struct curl_slist *connect_to;
    const struct http_transport_request *request;
    size_t body_sent;
    struct buf body;
    size_t header_bytes;
    struct arena *arena;
    struct http_transport_answer *answer;
    bool begun; /* got a connection or began to open one, so it no longer waits in curl's queue */
    bool connected;    /* completely, including proxy and TLS */
    long bytes_before; /* bytes sent before `connected` became true: to the proxy */
    bool over;         /* ended; the fiber was woken */
};

struct http_transport {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer timer;
    LIST_HEAD(, transport_socket) sockets;
    LIST_HEAD(, transfer) transfers;
};

/* Ends a transfer and wakes its fiber. Further calls for the same transfer do nothing. */
void http_transfer_end(struct transfer *transfer, CURLcode code);
