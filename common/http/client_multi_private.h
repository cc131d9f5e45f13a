// SPDX-License-Identifier: MIT
/* The inside of client_transport_private.h: client_multi.c runs curl's sockets and timer on our
 * loop, client_transfer.c makes requests. */
#pragma once

#include <sys/queue.h>

#include "http/client_transport_private.h"
#include "loop/fiber.h"

struct transport_socket;

/* One request under way, on the stack of its fiber. */
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
    bool begun;        /* it has left curl's line of those that wait for a connection */
    bool connected;    /* all the way, through a proxy and TLS too */
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

/* Of a transfer that ends: its fiber is woken. The first end counts. */
void http_transfer_end(struct transfer *transfer, CURLcode code);
