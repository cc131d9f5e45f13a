// SPDX-License-Identifier: MIT
/* Stopping loses no request whose bytes had arrived. First the lame time: readiness is false, so
 * that whoever balances stops sending; new connections are still taken, each answer closes its
 * connection. Then no new connection begins, the backlog is taken whole, the listener closed, and
 * connections on which nothing has arrived are closed; the rest is answered first. */
#include "base/now.h"
#include "http/server_private.h"

enum {
    HANDSHAKE_MS = 100,  /* for connections that are just being made */
    YOUNG_MS = 250,      /* a connection this young is given time to send its request */
    LAST_GRACE_MS = 1000 /* after the limit: for cancelled handlers to end */
};

void http_drain_stop_timers(struct http_server *server)
{
    loop_timer_stop(server->loop, &server->lame_timer);
    loop_timer_stop(server->loop, &server->limit_timer);
}

void http_drain_sweep(struct http_server *server)
{
    int64_t now = loop_now_ns(server->loop);
    for (struct connection *at = server->connections; at != NULL; at = at->next) {
        if (now - at->since_ns >= YOUNG_MS * NS_PER_MS && http_connection_is_idle(at))
            http_connection_kill(at);
    }
}

static void call_done(struct http_server *server)
{
    void (*done)(void *data) = server->done;
    server->done = NULL;
    http_drain_stop_timers(server);
    if (done != NULL)
        done(server->done_data);
}

void http_drain_check(struct http_server *server)
{
    if (server->lame_over && server->admission.connections == 0 && server->admission.running == 0)
        call_done(server);
}

static void stop_listening(void *data)
{
    struct http_server *server = data;
    http_acceptor_take(server);
    http_acceptor_close(server);
    server->lame_over = true;
    http_drain_sweep(server);
    http_server_stir(server);
}

static void on_lame_end(void *data)
{
    struct http_server *server = data;
    int64_t end = loop_now_ns(server->loop) + HANDSHAKE_MS * NS_PER_MS;
    http_acceptor_deafen(server);
    if (!loop_timer_start(server->loop, &server->lame_timer, end, stop_listening, server))
        stop_listening(server);
}

static void on_grace_end(void *data)
{
    call_done(data);
}

static void on_limit(void *data)
{
    struct http_server *server = data;
    loop_timer_stop(server->loop, &server->lame_timer);
    if (!server->lame_over)
        stop_listening(server);
    for (struct connection *at = server->connections; at != NULL; at = at->next)
        http_connection_kill(at);
    http_exchange_cancel_all(server);
    int64_t end = loop_now_ns(server->loop) + LAST_GRACE_MS * NS_PER_MS;
    if (!loop_timer_start(server->loop, &server->limit_timer, end, on_grace_end, server))
        call_done(server);
}

void http_server_drain(struct http_server *server, int64_t lame_ms, int64_t limit_ms,
                       void (*done)(void *data), void *data)
{
    int64_t now = loop_now_ns(server->loop);
    if (server->draining)
        return;
    server->draining = true;
    server->done = done;
    server->done_data = data;
    bool timed = loop_timer_start(server->loop, &server->limit_timer, now + limit_ms * NS_PER_MS,
                                  on_limit, server) &&
                 loop_timer_start(server->loop, &server->lame_timer, now + lame_ms * NS_PER_MS,
                                  on_lame_end, server);
    if (!timed)
        on_limit(server);
}
