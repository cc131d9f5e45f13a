// SPDX-License-Identifier: MIT
/* --healthcheck, which a container's health check runs inside the same image. It uses plain
 * sockets, which are cheap. */
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "api/service_private.h"
#include "base/auto.h"
#include "base/now.h"

enum { DEADLINE_MS = 2000, STATUS_LINE_MAX = 64 };

static const char request[] =
    "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

static bool wait_for(int fd, short events, int64_t until_ns)
{
    struct pollfd poller = {.fd = fd, .events = events};
    int64_t left_ms = (until_ns - now_mono_ns()) / NS_PER_MS;

    return left_ms > 0 && poll(&poller, 1, (int)left_ms) == 1;
}

static bool connected(int fd, const struct work_address *to, int64_t until_ns)
{
    int error = 0;
    socklen_t size = sizeof(error);

    if (connect(fd, (const struct sockaddr *)&to->addr, to->len) == 0)
        return true;
    return wait_for(fd, POLLOUT, until_ns) &&
           getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

static bool answers_ok(int fd, int64_t until_ns)
{
    char line[STATUS_LINE_MAX];
    size_t have = 0;

    if (send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) != (ssize_t)(sizeof(request) - 1))
        return false;
    while (have < sizeof("HTTP/1.1 200") - 1) {
        ssize_t got;

        if (!wait_for(fd, POLLIN, until_ns))
            return false;
        got = recv(fd, line + have, sizeof(line) - have, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return memcmp(line, "HTTP/1.1 200", sizeof("HTTP/1.1 200") - 1) == 0;
}

static bool healthy(const struct service_config *few)
{
    int64_t until_ns = now_mono_ns() + DEADLINE_MS * NS_PER_MS;
    struct work_address to;

    /* If the address is the wildcard, Linux connects to loopback. */
    if (!work_address_parse(few->http_address, (uint16_t)few->http_port, &to))
        return false;
    auto_close int fd = socket(to.addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd >= 0 && connected(fd, &to, until_ns) && answers_ok(fd, until_ns);
}

int service_healthcheck(const struct service_definition *definition)
{
    struct service_config few = {0};
    bool ok;

    if (!service_basic_config_load(definition, &few))
        return EXIT_FAILED;
    ok = healthy(&few);
    service_basic_config_free(definition, &few);
    return ok ? EXIT_FINE : EXIT_FAILED;
}
