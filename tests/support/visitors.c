// SPDX-License-Identifier: MIT
#include "support/visitors.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <check.h>

#include "support/free_port.h"

enum { LEAVING_MS = 200 };

struct visitor {
    struct visitors *visitors;
    int fd;
};

static void *visit(void *data)
{
    const struct visitor visitor = *(struct visitor *)data;

    free(data);
    visitor.visitors->visit(visitor.visitors->data, visitor.fd);
    close(visitor.fd);
    atomic_fetch_sub(&visitor.visitors->here, 1);
    return NULL;
}

static void *listen_on(void *data)
{
    struct visitors *visitors = data;

    for (;;) {
        const int fd = accept4(visitors->listening, NULL, NULL, SOCK_CLOEXEC);
        struct visitor *visitor = malloc(sizeof *visitor);
        pthread_t thread;

        if (fd < 0) {
            free(visitor);
            return NULL;
        }
        atomic_fetch_add(&visitors->connections, 1);
        atomic_fetch_add(&visitors->here, 1);
        *visitor = (struct visitor){visitors, fd};
        ck_assert_int_eq(pthread_create(&thread, NULL, visit, visitor), 0);
        pthread_detach(thread);
    }
}

void visitors_start(struct visitors *visitors, const char *address, int port,
                    void (*visit_one)(void *data, int fd), void *data)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)(port != 0 ? port : free_port()))};
    socklen_t len = sizeof at;
    const int one = 1;

    *visitors = (struct visitors){.visit = visit_one, .data = data};
    ck_assert_int_eq(inet_pton(AF_INET, address, &at.sin_addr), 1);
    visitors->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(visitors->listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    ck_assert_int_eq(bind(visitors->listening, (struct sockaddr *)&at, len), 0);
    ck_assert_int_eq(getsockname(visitors->listening, (struct sockaddr *)&at, &len), 0);
    ck_assert_int_eq(listen(visitors->listening, 512), 0);
    visitors->port = ntohs(at.sin_port);
    ck_assert_int_eq(pthread_create(&visitors->thread, NULL, listen_on, visitors), 0);
}

void visitors_stop(struct visitors *visitors)
{
    if (visitors->listening < 0)
        return;
    shutdown(visitors->listening, SHUT_RDWR);
    pthread_join(visitors->thread, NULL);
    close(visitors->listening);
    visitors->listening = -1;
    /* Counters of received data start again after that: a late visit would count there. Some wait
     * for ever. */
    for (int ms = 0; ms < LEAVING_MS && atomic_load(&visitors->here) > 0; ms++)
        usleep(1000);
}

bool say_all(int fd, const void *text, size_t len)
{
    const char *at = text;

    while (len > 0) {
        const ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += sent;
        len -= (size_t)sent;
    }
    return true;
}

size_t hear_request(int fd, char *out, size_t size)
{
    size_t len = 0;

    for (;;) {
        const ssize_t got = recv(fd, out + len, size - 1 - len, 0);
        if (got <= 0)
            return 0;
        len += (size_t)got;
        out[len] = '\0';
        const char *end = strstr(out, "\r\n\r\n");
        const char *length = strcasestr(out, "\r\nContent-Length:");
        if (end == NULL)
            continue;
        const size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
        if (len >= (size_t)(end + 4 - out) + body)
            return len;
    }
}
