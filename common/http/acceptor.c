// SPDX-License-Identifier: MIT
/* The server calls accept() itself and hands the sockets to libmicrohttpd, for three reasons: a
 * drain accepts the whole backlog first; if descriptors run out, accepting pauses instead of
 * spinning; above the connection limit a few more connections are accepted and answered 503. */
#include <errno.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/now.h"
#include "http/server_private.h"
#include "loop/work.h"

enum {
    BACKLOG = 1024,
    /* Bytes. Segments of loopback have 64 KiB, so that the send buffer has room for one, and its
     * receiver delays the acknowledgement of a single one by 40 ms (RFC 9293, 3.8.6.3). */
    SEGMENT_MAX = HTTP_SEND_BUFFER / 8,
    ACCEPTS_PER_ITERATION = 64,
    ACCEPT_PAUSE_MS = 100, /* pause after descriptors or memory ran out */
    EVICT_IDLE_MS = 1000
};

static uint16_t bound_port(int fd)
{
    struct work_address address = {.len = sizeof address.addr};

    if (getsockname(fd, (struct sockaddr *)&address.addr, &address.len) != 0)
        return 0;
    return work_address_get_port(&address);
}

bool http_acceptor_open(struct http_server *server, struct fault *fault)
{
    const char *numeric = server->options.address;
    struct work_address address;
    const int send_buffer = HTTP_SEND_BUFFER / 2; /* the kernel doubles it (socket(7)) */
    const int segment = SEGMENT_MAX;
    int yes = 1;
    int no = 0;

    if (!work_address_parse(numeric, server->options.port, &address))
        return fault_set(fault, FAULT_INVALID, "bad_address", "%.64s is no numeric address.",
                         numeric);
    int fd = socket(address.addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fault_set(fault, FAULT_UNAVAILABLE, "listen_failed", "No socket: %s.",
                         strerrordesc_np(errno));
    server->listener = fd;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    /* Accepted sockets inherit it. Without it the kernel stores up to 4 MB for a client that does
     * not read, which counts as memory of the container. */
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    if (address.addr.ss_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    if (bind(fd, (struct sockaddr *)&address.addr, address.len) != 0 || listen(fd, BACKLOG) != 0)
        return fault_set(fault, FAULT_UNAVAILABLE, "listen_failed", "%s port %u: %s.", numeric,
                         server->options.port, strerrordesc_np(errno));
    server->port = bound_port(fd);
    return true;
}

static void hand_socket_to_mhd(struct http_server *server, int fd,
                               const struct sockaddr_storage *address, socklen_t length)
{
    struct connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL) {
        close(fd);
        return;
    }
    connection->server = server;
    connection->fd = fd;
    server->arriving = connection;
    /* On failure libmicrohttpd has closed the socket. If it has called http_connection_notify(),
     * `arriving` is now NULL. */
    (void)MHD_add_connection(server->daemon, fd, (const struct sockaddr *)address, length);
    free(server->arriving);
    server->arriving = NULL;
    server->mhd_pending = true;
}

static void on_pause_end(void *data)
{
    http_acceptor_resume(data);
}

/* Stops watching the listener if nothing can be accepted: it stays readable, so the loop would
 * spin. The watch resumes after ACCEPT_PAUSE_MS, or when a connection closes. */
static void pause_accepting(struct http_server *server)
{
    int64_t end = loop_now_ns(server->loop) + ACCEPT_PAUSE_MS * NS_PER_MS;

    if (!loop_timer_start(server->loop, &server->accept_timer, end, on_pause_end, server))
        return;
    server->listening = false;
    loop_watch_change(server->loop, &server->accept_watch, 0);
}

static void on_accept_error(struct http_server *server, int error)
{
    if (error != EMFILE && error != ENFILE && error != ENOBUFS && error != ENOMEM)
        return;
    http_connection_close_longest_idle(server, EVICT_IDLE_MS * NS_PER_MS);
    pause_accepting(server);
}

/* Accepts a connection. False: the backlog is empty, or accept() failed. */
static bool accept_one(struct http_server *server)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;

    int fd = accept4(server->listener, (struct sockaddr *)&address, &length,
                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        hand_socket_to_mhd(server, fd, &address, length);
        return true;
    }
    if (errno == ECONNABORTED || errno == EINTR)
        return true;
    on_accept_error(server, errno);
    return false;
}

static void on_accept(void *data, uint32_t events)
{
    struct http_server *server = data;

    (void)events;
    for (int i = 0; i < ACCEPTS_PER_ITERATION; i++) {
        if (server->admission.connections >= server->options.connections_max)
            http_connection_close_longest_idle(server, EVICT_IDLE_MS * NS_PER_MS);
        if (http_admission_refuses_connections(server)) {
            pause_accepting(server);
            return;
        }
        if (!accept_one(server))
            return;
    }
}

bool http_acceptor_start(struct http_server *server, struct fault *fault)
{
    server->listening = true;
    return loop_watch_add(server->loop, &server->accept_watch, server->listener, EPOLLIN, on_accept,
                          server, fault);
}

void http_acceptor_drop_handshakes(struct http_server *server)
{
    /* A socket filter that loads the TCP flags, drops SYN without ACK and passes the rest. */
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),          BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    struct sock_fprog program = {ARRAY_LEN(code), code};

    if (server->listener >= 0)
        (void)setsockopt(server->listener, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

void http_acceptor_accept_all(struct http_server *server)
{
    while (server->listener >= 0 && !http_admission_refuses_connections(server)) {
        if (!accept_one(server))
            return;
    }
}

void http_acceptor_resume(struct http_server *server)
{
    if (server->listening || server->listener < 0 || server->destroyed)
        return;
    server->listening = true;
    loop_watch_change(server->loop, &server->accept_watch, EPOLLIN);
}

void http_acceptor_close(struct http_server *server)
{
    loop_timer_stop(server->loop, &server->accept_timer);
    loop_watch_remove(server->loop, &server->accept_watch);
    if (server->listener >= 0)
        close(server->listener);
    server->listener = -1;
    server->listening = false;
}
