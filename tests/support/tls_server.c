// SPDX-License-Identifier: MIT
#include "support/tls_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "support/child.h"

static int open_socket(int *port, bool connects)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)*port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int bad = connects ? connect(fd, (const struct sockaddr *)&addr, len)
                       : bind(fd, (const struct sockaddr *)&addr, len);
    if (bad == 0 && !connects && getsockname(fd, (struct sockaddr *)&addr, &len) == 0)
        *port = ntohs(addr.sin_port);
    (void)close(fd);
    return bad;
}

static void serve(const char *path, int port)
{
    char number[16], pem[256], key[256];
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)snprintf(number, sizeof(number), "%d", port);
    (void)snprintf(pem, sizeof(pem), "%s.pem", path);
    (void)snprintf(key, sizeof(key), "%s.key", path);
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        dup2(null, fd);
    execlp("openssl", "openssl", "s_server", "-accept", number, "-cert", pem, "-key", key, "-www",
           NULL);
    _exit(127);
}

pid_t tls_server_start(const char *path, int *port)
{
    *port = 0;
    if (open_socket(port, false) != 0)
        return 0;
    pid_t server = child_fork();
    if (server == 0)
        serve(path, *port);
    while (open_socket(port, true) != 0) {
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
