// SPDX-License-Identifier: MIT
/* --healthcheck, which a container's health check runs inside the same image. It uses plain
 * sockets, which are cheap. */
#include <sys/socket.h>
#include <sys/time.h>

#include "api/service_private.h"
#include "base/auto.h"

enum { WAIT_S = 2 };

static const char request[] =
    "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
static const char good[] = "HTTP/1.1 200";

static bool is_instance_ready(const struct service_config *config)
{
    const struct timeval limit = {.tv_sec = WAIT_S};
    const size_t len = sizeof good - 1;
    char line[sizeof good];
    struct work_address to;

    /* If the address is the wildcard, Linux connects to loopback. */
    if (!work_address_parse(config->http_address, (uint16_t)config->http_port, &to))
        return false;
    auto_close int fd = socket(to.addr.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* SO_SNDTIMEO also limits connect(). */
    return fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
           connect(fd, (const struct sockaddr *)&to.addr, to.len) == 0 &&
           send(fd, request, sizeof request - 1, MSG_NOSIGNAL) == (ssize_t)sizeof request - 1 &&
           recv(fd, line, len, MSG_WAITALL) == (ssize_t)len && memcmp(line, good, len) == 0;
}

int service_healthcheck(const struct service_definition *definition)
{
    struct service_config few = {0};
    bool ok;

    if (!service_basic_config_load(definition, &few))
        return EXIT_FAILED;
    ok = is_instance_ready(&few);
    service_basic_config_free(&few);
    return ok ? EXIT_FINE : EXIT_FAILED;
}
