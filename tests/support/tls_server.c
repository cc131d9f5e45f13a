// SPDX-License-Identifier: MIT
#include "support/tls_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "support/child.h"
#include "support/free_port.h"

static bool listens(int port)
{
    const struct sockaddr_in addr = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)port),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = connect(fd, (const struct sockaddr *)&addr, sizeof addr) == 0;

    (void)close(fd);
    return connected;
}

static void serve(const char *path, int port)
{
    char number[16], pem[256], key[256];
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)snprintf(number, sizeof number, "%d", port);
    (void)snprintf(pem, sizeof pem, "%s.pem", path);
    (void)snprintf(key, sizeof key, "%s.key", path);
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        dup2(null, fd);
    execlp("openssl", "openssl", "s_server", "-accept", number, "-cert", pem, "-key", key, "-www",
           NULL);
    _exit(127);
}

pid_t tls_server_start(const char *path, int *port)
{
    *port = free_port();
    pid_t server = child_fork();
    if (server == 0)
        serve(path, *port);
    while (!listens(*port)) {
        if (waitpid(server, NULL, WNOHANG) == server)
            return 0;
        usleep(10000);
    }
    return server;
}

void tls_server_stop(pid_t server)
{
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
}
