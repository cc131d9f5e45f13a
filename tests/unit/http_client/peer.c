// SPDX-License-Identifier: MIT
#include "peer.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <check.h>

enum { REQUEST_MAX = 16384 };

struct connection {
    struct peer *peer;
    int fd;
    int served;
    char request[REQUEST_MAX];
    size_t len;
};

static bool say(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text += sent;
        len -= (size_t)sent;
    }
    return true;
}

static bool answer(int fd, const char *status, const char *headers, const char *body, size_t len)
{
    char text[2048 + REQUEST_MAX]; /* in one piece */
    int head_len =
        snprintf(text, 2048, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status, len, headers);
    memcpy(text + head_len, body, len);
    return say(fd, text, (size_t)head_len + len);
}

static bool ok(struct connection *connection)
{
    return answer(connection->fd, "200 OK", "Content-Type: text/plain\r\n", "hello", 5);
}

static bool twice(struct connection *connection)
{
    return answer(connection->fd, "200 OK", "X-Twice: one\r\nx-twice:  two \r\n", "hello", 5);
}

static bool echo(struct connection *connection)
{
    return answer(connection->fd, "200 OK", "", connection->request, connection->len);
}

static bool slow(struct connection *connection)
{
    usleep(2000000);
    return ok(connection);
}

static bool drip(struct connection *connection)
{
    const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    bool more = say(connection->fd, head, sizeof(head) - 1);
    for (int i = 0; more && i < 100; i++) {
        usleep(20000);
        more = say(connection->fd, "x", 1);
    }
    return false;
}

static bool reset(struct connection *connection)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    return false;
}

static bool cut(struct connection *connection)
{
    const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789";
    say(connection->fd, text, sizeof(text) - 1);
    return false;
}

static bool hints(struct connection *connection)
{
    const char text[] = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    bool more = say(connection->fd, text, sizeof(text) - 1);
    usleep(50000);
    return more && ok(connection);
}

static bool huge(struct connection *connection)
{
    static const char block[4096];
    const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    bool more = say(connection->fd, head, sizeof(head) - 1);
    for (int i = 0; more && i < 1024; i++)
        more = say(connection->fd, "1000\r\n", 6) && say(connection->fd, block, sizeof(block)) &&
               say(connection->fd, "\r\n", 2);
    return false;
}

static bool headers(struct connection *connection)
{
    const char head[] = "HTTP/1.1 200 OK\r\n";
    const char line[] = "X-Padding: 0123456789012345678901234567890123456789\r\n";
    bool more = say(connection->fd, head, sizeof(head) - 1);
    for (int i = 0; more && i < 100000; i++)
        more = say(connection->fd, line, sizeof(line) - 1);
    return false;
}

static bool nothing(struct connection *connection)
{
    return connection == NULL;
}

static bool flaky(struct connection *connection)
{
    if (atomic_fetch_sub(&connection->peer->fail_first, 1) > 0)
        return answer(connection->fd, "503 Service Unavailable", "", "no", 2);
    return ok(connection);
}

static bool limited(struct connection *connection)
{
    if (atomic_fetch_sub(&connection->peer->fail_first, 1) > 0)
        return answer(connection->fd, "429 Too Many Requests", "Retry-After: 1\r\n", "", 0);
    return ok(connection);
}

static bool broken(struct connection *connection)
{
    return answer(connection->fd, "500 Internal Server Error", "", "", 0);
}

static bool go(struct connection *connection)
{
    char location[1024];
    const char *from = strchr(connection->request, '?');
    int len = from != NULL ? (int)strcspn(from + 1, " ") : 0;
    snprintf(location, sizeof(location), "Location: %.*s\r\n", len, from != NULL ? from + 1 : "");
    return answer(connection->fd, "302 Found", location, "moved", 5);
}

static bool die_second(struct connection *connection)
{
    return connection->served <= 1 && ok(connection);
}

static const struct {
    const char *path;
    bool (*serve)(struct connection *connection);
} paths[] = {
    {"/ok",         ok        },
    {"/echo",       echo      },
    {"/twice",      twice     },
    {"/slow",       slow      },
    {"/drip",       drip      },
    {"/reset",      reset     },
    {"/cut",        cut       },
    {"/hints",      hints     },
    {"/huge",       huge      },
    {"/headers",    headers   },
    {"/flaky",      flaky     },
    {"/limited",    limited   },
    {"/broken",     broken    },
    {"/go",         go        },
    {"/die-second", die_second},
    {"/nothing",    nothing   },
};

static bool serve(struct connection *connection)
{
    struct peer *peer = connection->peer;
    const char *path = strchr(connection->request, ' ');
    size_t len = path != NULL ? strcspn(path + 1, " ?") : 0;
    memcpy(peer->last, connection->request, connection->len + 1);
    connection->served++;
    atomic_fetch_add(&peer->requests, 1);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (strlen(paths[i].path) == len && memcmp(paths[i].path, path + 1, len) == 0)
            return paths[i].serve(connection);
    }
    return answer(connection->fd, "404 Not Found", "", "", 0);
}

static bool read_request(struct connection *connection)
{
    connection->len = 0;
    for (;;) {
        size_t room = sizeof(connection->request) - 1 - connection->len;
        ssize_t got = recv(connection->fd, connection->request + connection->len, room, 0);
        if (got <= 0)
            return false;
        connection->len += (size_t)got;
        connection->request[connection->len] = '\0';
        const char *end = strstr(connection->request, "\r\n\r\n");
        const char *length = strcasestr(connection->request, "\r\nContent-Length:");
        if (end == NULL)
            continue;
        size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
        if (connection->len >= (size_t)(end + 4 - connection->request) + body)
            return true;
    }
}

static void *converse(void *data)
{
    struct connection *connection = data;
    while (read_request(connection) && serve(connection))
        continue;
    close(connection->fd);
    free(connection);
    return NULL;
}

static void *listen_on(void *data)
{
    struct peer *peer = data;
    for (;;) {
        int fd = accept4(peer->listening, NULL, NULL, SOCK_CLOEXEC);
        pthread_t thread;
        struct connection *connection = calloc(1, sizeof(*connection));
        if (fd < 0 || connection == NULL) {
            free(connection);
            return NULL;
        }
        atomic_fetch_add(&peer->connections, 1);
        connection->peer = peer;
        connection->fd = fd;
        pthread_create(&thread, NULL, converse, connection);
        pthread_detach(thread);
    }
}

int peer_listen(int *port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&addr, len), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
    ck_assert_int_eq(listen(fd, 128), 0);
    *port = ntohs(addr.sin_port);
    return fd;
}

void peer_start(struct peer *peer)
{
    memset(peer, 0, sizeof(*peer));
    peer->listening = peer_listen(&peer->port);
    ck_assert_int_eq(pthread_create(&peer->thread, NULL, listen_on, peer), 0);
}

void peer_stop(struct peer *peer)
{
    shutdown(peer->listening, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listening);
}
