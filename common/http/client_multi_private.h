// SPDX-License-Identifier: MIT
/* Behind client_transport_private.h: client_multi.c runs curl's sockets and timer on our loop,
 * client_transfer.c makes requests. */
#pragma once

#include <sys/queue.h>

#include "http/client_transport_private.h"
#include "loop/fiber.h"

struct transport_socket;

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
    bool begun;        /* it has left curl's queue for a connection */
    bool connected;    /* completely, including proxy and TLS */
    long bytes_before; /* sent when it was connected: to a proxy */
    bool over;
};

struct http_transport {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer timer;
    LIST_HEAD(, transport_socket) sockets;
    LIST_HEAD(, transfer) transfers;
};

/* Ends a transfer and wakes its fiber. Only the first call counts. */
void http_transfer_end(struct transfer *transfer, CURLcode code);
