// SPDX-License-Identifier: MIT
/* A TCP port for a server that is started later, and perhaps again. */
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <check.h>

/* False if another process has reserved the port. An abstract socket of a name that follows from
 * the port is the reservation, as in free_port() of stand.py; it ends with this process. */
static inline bool free_port_reserve(int port)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const int len = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "tapbot-port-%d", port);
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    if (bind(fd, (const struct sockaddr *)&name, size) == 0)
        return true;
    close(fd);
    return false;
}

/* Below the ephemeral ports, so that no outgoing connection takes it meanwhile; the search starts
 * at a number that follows from the pid, so that it is short. */
static inline int free_port(void)
{
    enum { FIRST = 10000, COUNT = 20000, STRIDE = 16 };
    static int calls;

    for (int tries = 0; tries < COUNT; tries++) {
        const int port = FIRST + (getpid() % COUNT * STRIDE + calls++) % COUNT;
        const struct sockaddr_in address = {.sin_family = AF_INET,
                                            .sin_port = htons((uint16_t)port),
                                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ck_assert_int_ge(fd, 0);
        const int failed = bind(fd, (const struct sockaddr *)&address, sizeof address);
        close(fd);
        if (failed == 0 && free_port_reserve(port))
            return port;
    }
    ck_abort_msg("no port is free");
    return 0;
}
