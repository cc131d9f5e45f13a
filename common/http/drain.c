// SPDX-License-Identifier: MIT
/* Stops without losing a request whose bytes have arrived.
 *
 * 1. Readiness is false, so that the load balancer stops sending. New connections are still
 *    accepted, and each answer closes its connection.
 * 2. After `unready_ms` new handshakes are dropped. After HANDSHAKE_MS the whole backlog is
 *    accepted and the listener is closed.
 * 3. Connections on which nothing has arrived are closed. Other connections are closed after their
 *    requests were answered.
 * 4. At `limit_ms` connections without a running handler are closed, and handlers are cancelled. */
#include "base/now.h"
#include "http/server_private.h"

enum {
    HANDSHAKE_MS = 100, /* time for running handshakes to complete */
    /* Younger connections are not closed, because their request may be on its way. */
    YOUNG_MS = 250,
    LAST_GRACE_MS = 1000 /* time after the limit for cancelled handlers to end */
};

void http_drain_stop_timers(struct http_server *server)
{
    loop_timer_stop(server->loop, &server->unready_timer);
    loop_timer_stop(server->loop, &server->limit_timer);
}

void http_drain_close_idle(struct http_server *server)
{
    int64_t now = loop_now_ns(server->loop);
    struct connection *at;

    LIST_FOREACH (at, &server->connections, of_all) {
        if (now - at->since_ns >= YOUNG_MS * NS_PER_MS && http_connection_is_idle(at))
            http_connection_shut_down(at);
    }
}

static void stop_timers_and_call_done(void *data)
{
    struct http_server *server = data;
    void (*done)(void *data) = server->done;

    server->done = NULL;
    http_drain_stop_timers(server);
    if (done != NULL)
        done(server->done_data);
}

void http_drain_end_if_finished(struct http_server *server)
{
    if (server->listener_closed && server->admission.connections == 0 &&
        server->admission.running == 0)
        stop_timers_and_call_done(server);
}

static void stop_listening(void *data)
{
    struct http_server *server = data;

    http_acceptor_accept_all(server);
    http_acceptor_close(server);
    server->listener_closed = true;
    http_drain_close_idle(server);
    server->mhd_pending = true;
}

static void on_unready_end(void *data)
{
    struct http_server *server = data;
    int64_t end = loop_now_ns(server->loop) + HANDSHAKE_MS * NS_PER_MS;

    http_acceptor_drop_handshakes(server);
    if (!loop_timer_start(server->loop, &server->unready_timer, end, stop_listening, server))
        stop_listening(server);
}

static void on_drain_limit(void *data)
{
    struct http_server *server = data;

    loop_timer_stop(server->loop, &server->unready_timer);
    if (!server->listener_closed)
        stop_listening(server);
    struct connection *at;
    LIST_FOREACH (at, &server->connections, of_all)
        http_connection_shut_down(at);
    http_exchange_cancel_all(server);
    int64_t end = loop_now_ns(server->loop) + LAST_GRACE_MS * NS_PER_MS;
    if (!loop_timer_start(server->loop, &server->limit_timer, end, stop_timers_and_call_done,
                          server))
        stop_timers_and_call_done(server);
}

void http_server_drain(struct http_server *server, int64_t unready_ms, int64_t limit_ms,
                       void (*done)(void *data), void *data)
{
    int64_t now = loop_now_ns(server->loop);

    if (server->draining)
        return;
    server->draining = true;
    server->done = done;
    server->done_data = data;
    bool timed = loop_timer_start(server->loop, &server->limit_timer, now + limit_ms * NS_PER_MS,
                                  on_drain_limit, server) &&
                 loop_timer_start(server->loop, &server->unready_timer,
                                  now + unready_ms * NS_PER_MS, on_unready_end, server);
    if (!timed)
        on_drain_limit(server);
}
