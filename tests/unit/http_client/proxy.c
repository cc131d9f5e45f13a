// SPDX-License-Identifier: MIT
#include "proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    struct proxy *proxy;
    int fd;
};

static bool hear(int fd, void *data, size_t len)
{
    return recv(fd, data, len, MSG_WAITALL) == (ssize_t)len;
}

/* --- the tunnel --- */

static bool pass(int from, int to, bool *passed)
{
    char data[16384];
    ssize_t len = recv(from, data, sizeof data, 0);

    *passed = *passed || len > 0;
    return len > 0 && say_all(to, data, (size_t)len);
}

static void relay(struct client *client)
{
    const struct sockaddr_in addr = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)client->proxy->to->at.port),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool more = connect(far, (const struct sockaddr *)&addr, sizeof addr) == 0;
    bool passed = false;

    while (more && !(passed && client->proxy->mood == PROXY_CUTS_LATER)) {
        struct pollfd ends[] = {
            {.fd = client->fd, .events = POLLIN},
            {.fd = far,        .events = POLLIN}
        };
        bool ignored = false;
        poll(ends, 2, -1);
        if (ends[0].revents != 0)
            more = pass(client->fd, far, &passed);
        if (more && ends[1].revents != 0)
            more = pass(far, client->fd, &ignored);
    }
    close(far);
}

/* Allows or refuses the tunnel, depending on `mood`. */
static bool agree(struct client *client, const void *yes, size_t yes_len, const void *no,
                  size_t no_len)
{
    char ignored;

    switch (client->proxy->mood) {
    case PROXY_HANGS:
        hear(client->fd, &ignored, 1);
        return false;
    case PROXY_CUTS:
        return false;
    case PROXY_REFUSES:
        say_all(client->fd, no, no_len);
        return false;
    case PROXY_SERVES:
    case PROXY_CUTS_LATER:
        break;
    }
    atomic_fetch_add(&client->proxy->tunnels, 1);
    return say_all(client->fd, yes, yes_len);
}

/* --- SOCKS 5 (RFC 1928, RFC 1929) --- */

static bool is_known(const struct proxy *proxy, const unsigned char *user, size_t user_len,
                     const unsigned char *password, size_t password_len)
{
    return strlen(proxy->user) == user_len && memcmp(proxy->user, user, user_len) == 0 &&
           strlen(proxy->password) == password_len &&
           memcmp(proxy->password, password, password_len) == 0;
}

static bool check_socks_password(struct client *client)
{
    unsigned char head[2], user[256], len, password[256];

    if (!hear(client->fd, head, 2) || !hear(client->fd, user, head[1]) ||
        !hear(client->fd, &len, 1) || !hear(client->fd, password, len))
        return false;
    bool known = is_known(client->proxy, user, head[1], password, len);
    const unsigned char verdict[] = {1, known ? 0 : 1};
    return say_all(client->fd, verdict, sizeof verdict) && known;
}

static bool greet_socks(struct client *client)
{
    unsigned char head[2], methods[255];
    bool locked = client->proxy->user != NULL;
    const unsigned char chosen[] = {5, locked ? 2 : 0};

    if (!hear(client->fd, head, 2) || !hear(client->fd, methods, head[1]))
        return false;
    if (memchr(methods, 1, head[1]) != NULL)
        return false; /* GSSAPI is not supported */
    if (memchr(methods, chosen[1], head[1]) == NULL) {
        say_all(client->fd, "\x05\xff", 2);
        return false;
    }
    return say_all(client->fd, chosen, sizeof chosen) && (!locked || check_socks_password(client));
}

static bool serve_socks(struct client *client)
{
    static const unsigned char yes[] = {5, 0, 0, 1, 127, 0, 0, 1, 0, 0};
    static const unsigned char no[] = {5, 2, 0, 1, 0, 0, 0, 0, 0, 0};
    enum { A_NAME = 3 };
    unsigned char request[5], name[256] = {0}, port[2];

    if (!greet_socks(client) || !hear(client->fd, request, sizeof request) ||
        request[3] != A_NAME || !hear(client->fd, name, request[4]) || !hear(client->fd, port, 2))
        return false;
    snprintf(client->proxy->asked, sizeof client->proxy->asked, "%s:%d", (char *)name,
             port[0] * 256 + port[1]);
    return agree(client, yes, sizeof yes, no, sizeof no);
}

/* --- CONNECT (RFC 9110, 9.3.6) --- */

static bool read_head(struct client *client)
{
    char *head = client->proxy->head;
    size_t len = 0;

    while (len < sizeof client->proxy->head - 1 && hear(client->fd, head + len, 1)) {
        head[++len] = '\0';
        if (len >= 4 && memcmp(head + len - 4, "\r\n\r\n", 4) == 0)
            return true;
    }
    return false;
}

static bool serve_connect(struct client *client)
{
    static const char yes[] = "HTTP/1.1 200 Tunnel\r\nRetry-After: 9\r\n\r\n";
    static const char no[] = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
    static const char who[] = "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                              "Content-Length: 0\r\n\r\n";

    if (!read_head(client))
        return false;
    sscanf(client->proxy->head, "CONNECT %299s ", client->proxy->asked);
    /* base64 of bot:p@ss */
    if (client->proxy->user != NULL &&
        strstr(client->proxy->head, "Proxy-Authorization: Basic Ym90OnBAc3M=\r\n") == NULL) {
        say_all(client->fd, who, sizeof who - 1);
        return false;
    }
    return agree(client, yes, sizeof yes - 1, no, sizeof no - 1);
}

static void serve(void *data, int fd)
{
    struct client client = {data, fd};
    char first = 0;

    recv(fd, &first, 1, MSG_PEEK);
    if (first == 5 ? serve_socks(&client) : serve_connect(&client))
        relay(&client);
}

void proxy_start(struct proxy *proxy, const struct peer *to)
{
    memset(proxy, 0, sizeof *proxy);
    proxy->to = to;
    visitors_start(&proxy->at, "127.0.0.1", 0, serve, proxy);
}

void proxy_stop(struct proxy *proxy)
{
    visitors_stop(&proxy->at);
}
