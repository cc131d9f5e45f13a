// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/now.h"
#include "http/client_multi_private.h"

struct transport_socket {
    LIST_ENTRY(transport_socket) of_all;
    struct http_transport *transport;
    struct loop_watch watch;
};

void http_transfer_end(struct transfer *transfer, CURLcode code)
{
    if (transfer->over)
        return;
    transfer->answer->code = code;
    transfer->over = true;
    fiber_wake(transfer->fiber);
}

/* Marks ended transfers and wakes their fibers. The fibers add and remove curl's handles, because
 * curl forbids that in its callbacks. */
static void end_completed_transfers(struct http_transport *transport)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(transport->multi, &left)) != NULL) {
        struct transfer *transfer = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        http_transfer_end(transfer, message->data.result);
    }
}

static void on_socket_ready(void *data, uint32_t events)
{
    struct transport_socket *socket = data;
    struct http_transport *transport = socket->transport; /* curl may free `socket` below */
    int mask = ((events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
               ((events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
               ((events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
    int running;

    curl_multi_socket_action(transport->multi, socket->watch.fd, mask, &running);
    end_completed_transfers(transport);
}

static void on_timer(void *data)
{
    struct http_transport *transport = data;
    int running;

    curl_multi_socket_action(transport->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    end_completed_transfers(transport);
}

static int on_curl_timeout_change(CURLM *multi, long timeout_ms, void *data)
{
    struct http_transport *transport = data;

    (void)multi;
    if (timeout_ms < 0) {
        loop_timer_stop(transport->loop, &transport->timer);
        return 0;
    }
    /* 0 means now: the timer fires in this iteration, unless timers have already fired in it. */
    int64_t due_ns = timeout_ms > 0 ? loop_now_ns(transport->loop) + timeout_ms * NS_PER_MS
                                    : loop_polled_ns(transport->loop);
    return loop_timer_start(transport->loop, &transport->timer, due_ns, on_timer, transport) ? 0
                                                                                             : -1;
}

static void unwatch_and_free_socket(struct http_transport *transport,
                                    struct transport_socket *socket)
{
    LIST_REMOVE(socket, of_all);
    loop_watch_remove(transport->loop, &socket->watch);
    free(socket);
}

static int watch_socket(struct http_transport *transport, curl_socket_t fd, uint32_t events)
{
    struct fault fault;
    struct transport_socket *socket = calloc(1, sizeof *socket);

    if (socket == NULL)
        return -1;
    socket->transport = transport;
    if (!loop_watch_add(transport->loop, &socket->watch, fd, events, on_socket_ready, socket,
                        &fault)) {
        free(socket);
        return -1;
    }
    LIST_INSERT_HEAD(&transport->sockets, socket, of_all);
    curl_multi_assign(transport->multi, fd, socket);
    return 0;
}

static int on_curl_socket_change(CURL *easy, curl_socket_t fd, int action, void *data,
                                 void *assigned)
{
    struct http_transport *transport = data;
    struct transport_socket *socket = assigned;
    uint32_t events = ((action & CURL_POLL_IN) != 0 ? (uint32_t)EPOLLIN : 0) |
                      ((action & CURL_POLL_OUT) != 0 ? (uint32_t)EPOLLOUT : 0);

    (void)easy;
    if (action == CURL_POLL_REMOVE) {
        if (socket != NULL)
            unwatch_and_free_socket(transport, socket);
        return 0;
    }
    if (socket == NULL)
        return watch_socket(transport, fd, events);
    loop_watch_change(transport->loop, &socket->watch, events);
    return 0;
}

struct http_transport *http_transport_create(struct loop *loop, size_t connections_per_host,
                                             size_t connections_max, struct fault *fault)
{
    struct http_transport *transport = fault_calloc(sizeof *transport, "an HTTP client", fault);
    CURLM *multi = transport != NULL ? curl_multi_init() : NULL;

    if (multi == NULL) {
        free(transport);
        fault_out_of_memory(fault, "an HTTP client");
        return NULL;
    }
    transport->loop = loop;
    transport->multi = multi;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket_change);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, transport);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_curl_timeout_change);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, transport);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections_max);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)connections_per_host);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)connections_max);
    return transport;
}

void http_transport_destroy(struct http_transport *transport)
{
    if (transport == NULL)
        return;
    struct transfer *transfer;
    LIST_FOREACH (transfer, &transport->transfers, of_all) {
        curl_multi_remove_handle(transport->multi, transfer->easy);
        transfer->answer->code = CURLE_ABORTED_BY_CALLBACK;
        transfer->over = true;
        fiber_wake(transfer->fiber);
    }
    /* A NULL request shows finish_transfer() that the transport is destroyed. */
    LIST_FOREACH (transfer, &transport->transfers, of_all)
        transfer->request = NULL;
    curl_multi_cleanup(transport->multi);
    while (!LIST_EMPTY(&transport->sockets))
        unwatch_and_free_socket(transport, LIST_FIRST(&transport->sockets));
    loop_timer_stop(transport->loop, &transport->timer);
    free(transport);
}
