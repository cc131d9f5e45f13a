// SPDX-License-Identifier: MIT
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/array.h"

enum { REQUEST_MAX = 16384 };

struct connection {
    struct peer *peer;
    int fd, served;
    char request[REQUEST_MAX];
    size_t len;
};

static bool answer(int fd, const char *status, const char *headers, const char *body, size_t len)
{
    char text[2048 + REQUEST_MAX]; /* in one write */
    int head_len =
        snprintf(text, 2048, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status, len, headers);

    memcpy(text + head_len, body, len);
    return say_all(fd, text, (size_t)head_len + len);
}

static bool ok(struct connection *connection)
{
    return answer(connection->fd, "200 OK", "Content-Type: text/plain\r\n", "hello", 5);
}

static bool echo(struct connection *connection)
{
    return answer(connection->fd, "200 OK", "", connection->request, connection->len);
}

static bool never(struct connection *connection)
{
    char ignored;

    (void)recv(connection->fd, &ignored, 1, 0);
    return false;
}

static bool gate(struct connection *connection)
{
    while (!atomic_load(&connection->peer->opened_gate))
        usleep(1000);
    return ok(connection);
}

static bool drip(struct connection *connection)
{
    const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n";
    bool more = say_all(connection->fd, head, sizeof head - 1);

    for (int i = 0; more && i < 6000; i++) {
        usleep(20000);
        more = say_all(connection->fd, "x", 1);
    }
    return false;
}

static bool reset(struct connection *connection)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};

    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    return false;
}

static bool hints(struct connection *connection)
{
    const char text[] = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    bool more = say_all(connection->fd, text, sizeof text - 1);

    usleep(50000);
    return more && ok(connection);
}

static bool huge(struct connection *connection)
{
    static const char block[4096];
    const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    bool more = say_all(connection->fd, head, sizeof head - 1);

    for (int i = 0; more && i < 1024; i++)
        more = say_all(connection->fd, "1000\r\n", 6) &&
               say_all(connection->fd, block, sizeof block) && say_all(connection->fd, "\r\n", 2);
    return false;
}

static bool headers(struct connection *connection)
{
    const char head[] = "HTTP/1.1 200 OK\r\n";
    const char line[] = "X-Padding: 0123456789012345678901234567890123456789\r\n";
    bool more = say_all(connection->fd, head, sizeof head - 1);

    for (int i = 0; more && i < 100000; i++)
        more = say_all(connection->fd, line, sizeof line - 1);
    return false;
}

static bool flaky(struct connection *connection)
{
    if (atomic_fetch_sub(&connection->peer->fail_first, 1) > 0)
        return answer(connection->fd, "503 Service Unavailable", "", "no", 2);
    return ok(connection);
}

static bool limited(struct connection *connection)
{
    char header[64];

    snprintf(header, sizeof header, "Retry-After: %d\r\n",
             atomic_load(&connection->peer->retry_after_s));
    if (atomic_fetch_sub(&connection->peer->fail_first, 1) > 0)
        return answer(connection->fd, "429 Too Many Requests", header, "", 0);
    return ok(connection);
}

static bool go(struct connection *connection)
{
    char location[1024];
    const char *from = strchr(connection->request, '?');
    int len = from != NULL ? (int)strcspn(from + 1, " ") : 0;

    snprintf(location, sizeof location, "Location: %.*s\r\n", len, from != NULL ? from + 1 : "");
    return answer(connection->fd, "302 Found", location, "moved", 5);
}

static bool die_second(struct connection *connection)
{
    return connection->served <= 1 && ok(connection);
}

// clang-format off
static const struct {
    const char *path;
    bool (*serve)(struct connection *connection);
    const char *text; /* without a function: sent as it is */
    bool ends;        /* the connection closes after it */
} paths[] = {
    {"/ok",         ok,         NULL, false},
    {"/echo",       echo,       NULL, false},
    {"/never",      never,      NULL, false},
    {"/gate",       gate,       NULL, false},
    {"/drip",       drip,       NULL, false},
    {"/reset",      reset,      NULL, false},
    {"/hints",      hints,      NULL, false},
    {"/huge",       huge,       NULL, false},
    {"/headers",    headers,    NULL, false},
    {"/flaky",      flaky,      NULL, false},
    {"/limited",    limited,    NULL, false},
    {"/go",         go,         NULL, false},
    {"/die-second", die_second, NULL, false},
    {"/nothing",    NULL,       "", true},
    {"/cut",        NULL,       "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789", true},
    {"/broken",     NULL,       "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", false},
    {"/twice",      NULL,       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Twice: one\r\nx-twice:  two \r\n\r\nhello", false},
};
// clang-format on

static bool serve(struct connection *connection)
{
    struct peer *peer = connection->peer;
    const char *path = strchr(connection->request, ' ');
    size_t len = path != NULL ? strcspn(path + 1, " ?") : 0;

    memcpy(peer->last, connection->request, connection->len + 1);
    connection->served++;
    atomic_fetch_add(&peer->requests, 1);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        if (strlen(paths[i].path) != len || memcmp(paths[i].path, path + 1, len) != 0)
            continue;
        if (paths[i].serve != NULL)
            return paths[i].serve(connection);
        return say_all(connection->fd, paths[i].text, strlen(paths[i].text)) && !paths[i].ends;
    }
    return answer(connection->fd, "404 Not Found", "", "", 0);
}

static void converse(void *data, int fd)
{
    struct connection connection = {.peer = data, .fd = fd};

    do
        connection.len = hear_request(fd, connection.request, sizeof connection.request);
    while (connection.len > 0 && serve(&connection));
}

void peer_start(struct peer *peer)
{
    memset(peer, 0, sizeof *peer);
    peer->retry_after_s = 1;
    visitors_start(&peer->at, "127.0.0.1", 0, converse, peer);
}

void peer_stop(struct peer *peer)
{
    visitors_stop(&peer->at);
}
