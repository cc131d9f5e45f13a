// SPDX-License-Identifier: MIT
/* The health check of an image that has no HTTP client: requests PATH from 127.0.0.1:PORT and exits
 * with 0 if the status is 200. usage: probe PORT PATH */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { DEADLINE_S = 2, REQUEST_MAX = 256, ANSWER_MAX = 64 };

static int connected(const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    struct timeval deadline = {.tv_sec = DEADLINE_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline) != 0 ||
        connect(fd, (const struct sockaddr *)&to, sizeof to) != 0)
        return -1;
    return fd;
}

int main(int argc, char **argv)
{
    static const char fine[] = "HTTP/1.1 200";
    char request[REQUEST_MAX], answer[ANSWER_MAX];
    int len, fd = argc == 3 ? connected(argv[1]) : -1;
    ssize_t got;

    if (fd < 0)
        return EXIT_FAILURE;
    len = snprintf(request, sizeof request,
                   "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", argv[2]);
    if (len < 0 || (size_t)len >= sizeof request || write(fd, request, (size_t)len) != len)
        return EXIT_FAILURE;
    got = recv(fd, answer, sizeof answer, MSG_WAITALL);
    if (got < (ssize_t)sizeof fine - 1 || memcmp(answer, fine, sizeof fine - 1) != 0)
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}
