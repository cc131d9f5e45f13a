// SPDX-License-Identifier: MIT
/* A TCP port for a server that is started later, and perhaps again. */
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <check.h>

/* Below the ephemeral ports, so that no outgoing connection takes it meanwhile; the search starts
 * at a number that follows from the pid, so that suites side by side do not meet. */
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
        const int failed = bind(fd, (const struct sockaddr *)&address, sizeof(address));
        close(fd);
        if (failed == 0)
            return port;
    }
    ck_abort_msg("no port is free");
    return 0;
}
