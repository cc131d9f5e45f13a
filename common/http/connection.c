// SPDX-License-Identifier: MIT
/* Deadlines of connections. libmicrohttpd's timeout counts silence only: a client that sends one
 * byte a second never reaches it. So each connection has a record here. A timer checks some records
 * every tick and shuts down late connections; libmicrohttpd then detects the end and cleans up.
 *
 * libmicrohttpd does not report the first byte of a request. So the kernel's counter of received
 * bytes is read (tcpi_bytes_received): if it exceeds the bytes of finished requests, the next
 * request has begun. libmicrohttpd skips an empty line before a request (RFC 9112, 2.2) uncounted.
 * After such a line the connection always appears to have begun a request, and may idle for
 * `header_ms` only. The length of a chunked request is unknown: if a part of the next request
 * arrives with it, that request has begun only when libmicrohttpd has read its target. */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/now.h"
#include "base/number.h"
#include "http/server_private.h"

enum {
    TICK_MS = 50,
    TICK_LEAST_MS = 5,
    PASS_TICKS = 4,  /* ticks in which every connection is checked once */
    LOOK_LEAST = 64, /* minimum number of connections checked in a tick */
};

struct connection *http_connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info != NULL ? info->socket_context : NULL;
}

static void start_deadline_timer(struct http_server *server);

static void register_opened_connection(struct http_server *server, struct MHD_Connection *mhd,
                                       void **context)
{
    struct connection *connection = server->arriving;

    server->arriving = NULL;
    *context = connection;
    if (connection == NULL)
        return;
    connection->mhd = mhd;
    http_connection_set_state(connection, CONNECTION_WAITING);
    connection->sampled_ns = connection->since_ns;
    LIST_INSERT_HEAD(&server->connections, connection, of_all);
    server->admission.connections++;
    start_deadline_timer(server);
}

static void forget_closed_connection(struct http_server *server, struct connection *connection)
{
    if (connection == NULL)
        return;
    if (server->cursor == connection)
        server->cursor = LIST_NEXT(connection, of_all);
    LIST_REMOVE(connection, of_all);
    free(connection);
    server->admission.connections--;
    http_acceptor_resume(server);
}

void http_connection_notify(void *data, struct MHD_Connection *mhd, void **context,
                            enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = data;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        register_opened_connection(server, mhd, context);
        return;
    }
    forget_closed_connection(server, *context);
    *context = NULL;
}

void http_connection_set_state(struct connection *connection, enum connection_state state)
{
    connection->state = state;
    connection->since_ns = loop_now_ns(connection->server->loop);
}

/* Reads the number of bytes received so far; false if the kernel does not know. */
static bool read_received_bytes(const struct connection *connection, uint64_t *bytes)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof info;

    if (getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0 ||
        length < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received)
        return false;
    *bytes = info.tcpi_bytes_received;
    return true;
}

void http_connection_begin_request(struct connection *connection)
{
    if (connection->head_ns == 0)
        connection->head_ns = loop_now_ns(connection->server->loop);
}

void http_connection_end_request(struct connection *connection, const struct exchange *exchange)
{
    const union MHD_ConnectionInfo *head =
        MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    bool known = head != NULL && !exchange->strict.chunked;

    if (known)
        connection->consumed += head->header_size + exchange->strict.length;
    else
        (void)read_received_bytes(connection, &connection->consumed);
    http_connection_set_state(connection, CONNECTION_WAITING);
    connection->head_ns = 0;
    connection->sampled_ns = connection->since_ns;
}

/* Reads the kernel's counter. If bytes of the next request have arrived, the request counts as
 * begun at the previous check, the earliest possible time. */
static void detect_request_start(struct connection *connection, int64_t now_ns)
{
    uint64_t bytes = 0;

    if (connection->head_ns == 0 && read_received_bytes(connection, &bytes) &&
        bytes > connection->consumed)
        connection->head_ns = connection->sampled_ns;
    connection->sampled_ns = now_ns;
}

bool http_connection_is_idle(struct connection *connection)
{
    int unread = 0;

    if (connection->state != CONNECTION_WAITING || connection->closing)
        return false;
    detect_request_start(connection, loop_now_ns(connection->server->loop));
    return connection->head_ns == 0 && ioctl(connection->fd, FIONREAD, &unread) == 0 && unread == 0;
}

void http_connection_shut_down(struct connection *connection)
{
    if (connection->closing || connection->state == CONNECTION_RUNNING)
        return;
    connection->closing = true;
    /* Resets the connection of a client that does not read its answer. A normal close would leave
     * the unsent bytes and our FIN in the kernel's buffer. */
    if (connection->state == CONNECTION_REPLYING)
        (void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                         sizeof(struct linger));
    (void)shutdown(connection->fd, SHUT_RDWR);
    connection->server->mhd_pending = true;
}

void http_connection_close_longest_idle(struct http_server *server, int64_t idle_min_ns)
{
    struct connection *oldest = NULL;
    struct connection *at;

    LIST_FOREACH (at, &server->connections, of_all) {
        bool waits = at->state == CONNECTION_WAITING && !at->closing && at->head_ns == 0;
        if (waits && (oldest == NULL || at->since_ns < oldest->since_ns))
            oldest = at;
    }
    if (oldest == NULL || loop_now_ns(server->loop) - oldest->since_ns < idle_min_ns)
        return;
    if (http_connection_is_idle(oldest))
        http_connection_shut_down(oldest);
}

static bool is_deadline_passed(struct connection *connection, int64_t now_ns)
{
    const struct http_server_options *options = &connection->server->options;
    int64_t age = now_ns - connection->since_ns;

    switch (connection->state) {
    case CONNECTION_WAITING:
        detect_request_start(connection, now_ns);
        if (connection->head_ns != 0)
            return now_ns - connection->head_ns >= options->header_ms * NS_PER_MS;
        return age >= options->idle_ms * NS_PER_MS;
    case CONNECTION_BODY:
        return age >= options->body_ms * NS_PER_MS;
    case CONNECTION_REPLYING:
        if (http_admission_presses_readers(connection->server) &&
            age >= HTTP_REPLY_PRESSED_MS * NS_PER_MS)
            return true;
        return age >= options->reply_ms * NS_PER_MS;
    case CONNECTION_RUNNING:
        return false;
    }
    return false;
}

static void close_if_deadline_passed(struct connection *connection, int64_t now_ns)
{
    if (connection->closing || !is_deadline_passed(connection, now_ns))
        return;
    http_traffic_count_deadline_close(connection->server->traffic, connection->state);
    http_connection_shut_down(connection);
}

static int64_t shortest_timeout_ms(const struct http_server_options *options)
{
    return number_min(number_min(options->header_ms, options->body_ms),
                      number_min(options->reply_ms, options->idle_ms));
}

/* Called after the process was paused: it was stopped, had no CPU, or a fiber computed for long.
 * Requests could not be served meanwhile, so this time does not count against the clients. */
static void extend_deadlines(struct http_server *server, int64_t paused_ns, int64_t now_ns)
{
    struct connection *at;

    LIST_FOREACH (at, &server->connections, of_all) {
        int64_t *const times[] = {&at->since_ns, &at->sampled_ns, &at->head_ns};
        for (size_t i = 0; i < ARRAY_LEN(times); i++) {
            if (*times[i] != 0)
                *times[i] = now_ns - *times[i] < paused_ns ? now_ns : *times[i] + paused_ns;
        }
    }
}

static void on_tick(void *data)
{
    struct http_server *server = data;
    int64_t now = loop_polled_ns(server->loop);
    int64_t late_ns = now - server->reaper.due_ns;

    server->reaping = false;
    size_t budget = server->admission.connections / PASS_TICKS + LOOK_LEAST;

    if (late_ns > shortest_timeout_ms(&server->options) * NS_PER_MS / 2)
        extend_deadlines(server, late_ns, now);
    if (server->cursor == NULL)
        server->cursor = LIST_FIRST(&server->connections);
    while (server->cursor != NULL && budget-- > 0) {
        struct connection *connection = server->cursor;
        server->cursor = LIST_NEXT(connection, of_all);
        close_if_deadline_passed(connection, now);
    }
    if (server->listener_closed)
        http_drain_close_idle(server);
    start_deadline_timer(server);
}

static void start_deadline_timer(struct http_server *server)
{
    if (server->reaping || LIST_EMPTY(&server->connections) || server->destroyed)
        return;
    int64_t tick = number_clamp(shortest_timeout_ms(&server->options) / 40, TICK_LEAST_MS, TICK_MS);
    /* If there is no memory for the timer, it is started when the next connection begins. */
    server->reaping =
        loop_timer_start(server->loop, &server->reaper,
                         loop_now_ns(server->loop) + tick * NS_PER_MS, on_tick, server);
}
