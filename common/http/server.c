// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/digest.h"
#include "base/now.h"
#include "http/server_private.h"

/* Declares that one thread calls libmicrohttpd (from 1.0 on), which then needs no queue for sockets
 * added by other threads. */
#if MHD_VERSION >= 0x01000000
#define ONE_THREAD MHD_USE_NO_THREAD_SAFETY
#else
#define ONE_THREAD MHD_NO_FLAG
#endif

enum {
    CONNECTION_MEMORY = 16 * 1024, /* limit of a request's line and headers */
    BACKSTOP_S = 60, /* libmicrohttpd's own timeout; the deadlines of this server are shorter */
    BODIES_MAX = 32 * 1024 * 1024,  /* bytes */
    ANSWERS_MAX = 16 * 1024 * 1024, /* bytes */
    POLL_MS = 1                     /* see schedule_mhd_run() */
};

void http_server_defaults(struct http_server_options *options)
{
    *options = (struct http_server_options){
        .address = "127.0.0.1",
        .connections_max = 4096,
        .connections_for_refusals = 128,
        .fibers_max = 256,
        .bodies_max = BODIES_MAX,
        .answers_max = ANSWERS_MAX,
        .header_ms = 5000,
        .body_ms = 10000,
        .reply_ms = 30000,
        .idle_ms = 30000,
        .cors_origins = "",
        .access_log = true,
        .polled_max = 64,
    };
}

/* Callback of libmicrohttpd that keeps percent escapes: http_strict_parse_target() decodes the raw
 * target. */
static size_t keep_escapes(void *data, struct MHD_Connection *mhd, char *text)
{
    (void)data;
    (void)mhd;
    return strlen(text);
}

static void on_timer(void *data)
{
    struct http_server *server = data;

    server->mhd_pending = true;
}

static void on_mhd_ready(void *data, uint32_t events)
{
    struct http_server *server = data;

    (void)events;
    server->mhd_pending = true;
}

/* Runs libmicrohttpd after the time that it requests. It does pending work only when it runs again:
 * without this timer a large reply stops half-way and pipelined requests wait forever. While
 * requests are polled, MHD_get_timeout() always returns zero; POLL_MS instead of zero keeps the
 * loop from spinning. */
static void schedule_mhd_run(struct http_server *server)
{
    MHD_UNSIGNED_LONG_LONG ms = 0;

    if (MHD_get_timeout(server->daemon, &ms) != MHD_YES) {
        loop_timer_stop(server->loop, &server->timer);
        return;
    }
    if (ms == 0 && server->polled > 0)
        ms = POLL_MS;
    int64_t due = loop_now_ns(server->loop) + (int64_t)ms * NS_PER_MS;
    if (!loop_timer_start(server->loop, &server->timer, due, on_timer, server))
        server->mhd_pending = true;
}

static bool run_mhd_if_pending(void *data)
{
    struct http_server *server = data;
    bool mhd_pending = server->mhd_pending;

    server->mhd_pending = false;
    if (mhd_pending) {
        MHD_run(server->daemon);
        schedule_mhd_run(server);
    }
    if (server->draining)
        http_drain_end_if_finished(server);
    return mhd_pending;
}

static bool start_daemon(struct http_server *server, struct fault *fault)
{
    const struct http_server_options *options = &server->options;

    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | ONE_THREAD, 0, NULL,
        NULL, http_exchange_advance, server, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)(options->connections_max + options->connections_for_refusals),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)BACKSTOP_S,
#if MHD_VERSION >= 0x01000000
        MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#else
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
#endif
        MHD_OPTION_URI_LOG_CALLBACK, http_exchange_begin, server, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escapes, NULL, MHD_OPTION_NOTIFY_CONNECTION, http_connection_notify, server,
        MHD_OPTION_NOTIFY_COMPLETED, http_exchange_end, server, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        server->daemon != NULL ? MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)
                               : NULL;
    if (info == NULL)
        return fault_set(fault, FAULT_INTERNAL, "http_failed", "libmicrohttpd does not start.");
    return loop_watch_add(server->loop, &server->watch, info->epoll_fd, EPOLLIN, on_mhd_ready,
                          server, fault);
}

static bool start_server(struct http_server *server, struct fault *fault)
{
    uint8_t id[ID_RANDOM];

    digest_random(id, sizeof id);
    digest_hex(id, sizeof id, server->id_prefix);
    server->router = http_router_create(server->options.routes, server->options.route_count, fault);
    if (server->router == NULL)
        return false;
    server->traffic = http_traffic_create(server);
    if (server->traffic == NULL)
        return fault_out_of_memory(fault, "the server");
    if (!http_acceptor_open(server, fault) || !start_daemon(server, fault) ||
        !http_acceptor_start(server, fault))
        return false;
    loop_hook_add(server->loop, &server->hook, run_mhd_if_pending, server);
    return true;
}

struct http_server *http_server_create(struct loop *loop, const struct http_server_options *options,
                                       struct fault *fault)
{
    struct http_server *server = fault_calloc(sizeof *server, "the server", fault);

    if (server == NULL)
        return NULL;
    server->loop = loop;
    server->options = *options;
    if (server->options.cors_origins == NULL)
        server->options.cors_origins = "";
    server->listener = -1;
    server->watch.fd = -1;
    server->accept_watch.fd = -1;
    if (!start_server(server, fault)) {
        http_server_destroy(server);
        return NULL;
    }
    return server;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

void http_server_free_memory(struct http_server *server)
{
    http_exchange_free_pool(server);
    http_traffic_destroy(server->traffic);
    http_router_destroy(server->router);
    free(server);
}

/* libmicrohttpd aborts the process if it is stopped with suspended connections. So they are
 * resumed; in the next run http_exchange_advance() closes them, because the server is being
 * destroyed. */
static void stop_daemon(struct http_server *server)
{
    struct exchange *exchange;

    LIST_FOREACH (exchange, &server->live, of_list) {
        if (exchange->suspended && exchange->connection != NULL)
            MHD_resume_connection(exchange->connection->mhd);
    }
    MHD_run(server->daemon);
    MHD_stop_daemon(server->daemon);
}

void http_server_destroy(struct http_server *server)
{
    if (server == NULL)
        return;
    server->destroyed = true;
    http_drain_stop_timers(server);
    http_acceptor_close(server);
    loop_hook_remove(server->loop, &server->hook);
    loop_timer_stop(server->loop, &server->timer);
    loop_timer_stop(server->loop, &server->reaper);
    loop_watch_remove(server->loop, &server->watch);
    if (server->daemon != NULL)
        stop_daemon(server);
    http_linger_finish(server);
    if (server->admission.running == 0)
        http_server_free_memory(server);
}
