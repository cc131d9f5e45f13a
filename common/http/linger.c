// SPDX-License-Identifier: MIT
/* Reads further bytes of the client after a refusal. Closing a socket with unread bytes resets the
 * connection, and the client may lose the answer that was sent (RFC 9112, 9.6). So a duplicate of
 * the descriptor is read until the client closes, LINGER_MS have passed, or LINGER_BYTES are
 * read. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/now.h"
#include "http/server_private.h"

enum {
    LINGER_MS = 2000,
    LINGER_BYTES = 16 * 1024 * 1024,
    READS_PER_ITERATION = 16,
    READ_SIZE = 4096
};

struct lingering {
    struct http_server *server;
    LIST_ENTRY(lingering) of_all;
    struct loop_watch watch;
    struct loop_timer timer;
    int fd;
    size_t bytes;
};

static void end_linger(void *data)
{
    struct lingering *linger = data;
    struct http_server *server = linger->server;

    LIST_REMOVE(linger, of_all);
    server->linger_count--;
    loop_timer_stop(server->loop, &linger->timer);
    loop_watch_remove(server->loop, &linger->watch);
    close(linger->fd);
    free(linger);
}

static void on_readable(void *data, uint32_t events)
{
    struct lingering *linger = data;
    char scratch[READ_SIZE];

    (void)events;

    for (int i = 0; i < READS_PER_ITERATION; i++) {
        ssize_t got = recv(linger->fd, scratch, sizeof scratch, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got > 0)
            linger->bytes += (size_t)got;
        if (got <= 0 || linger->bytes >= LINGER_BYTES) {
            end_linger(linger);
            return;
        }
    }
}

void http_linger_start(struct http_server *server, int fd)
{
    struct fault fault;
    struct lingering *linger =
        server->linger_count < LINGERS_MAX ? calloc(1, sizeof *linger) : NULL;

    if (linger == NULL)
        return;
    linger->server = server;
    linger->watch.fd = -1;
    linger->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    LIST_INSERT_HEAD(&server->lingers, linger, of_all);
    server->linger_count++;
    int64_t end = loop_now_ns(server->loop) + LINGER_MS * NS_PER_MS;
    if (linger->fd < 0 ||
        !loop_timer_start(server->loop, &linger->timer, end, end_linger, linger) ||
        !loop_watch_add(server->loop, &linger->watch, linger->fd, EPOLLIN, on_readable, linger,
                        &fault))
        end_linger(linger);
}

void http_linger_finish(struct http_server *server)
{
    while (!LIST_EMPTY(&server->lingers))
        end_linger(LIST_FIRST(&server->lingers));
}
