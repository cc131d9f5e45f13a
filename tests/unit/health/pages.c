// SPDX-License-Identifier: MIT
#include "pages.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <check.h>

struct visit {
    struct pages *server;
    int fd;
};

static bool say(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* Until the other side goes away. */
static void hang(int fd)
{
    char byte;
    while (recv(fd, &byte, 1, 0) > 0)
        continue;
}

static void say_slowly(int fd, const char *text, size_t len)
{
    for (size_t i = 0; i < len && say(fd, text + i, 1); i++)
        usleep(20000);
}

static void show(int fd, const struct page *page)
{
    static char filler[65536];
    size_t body = strlen(page->body), head = 0, left = page->filler;
    char *text = calloc(1, body + 4096);
    if (page->status != NULL)
        head =
            (size_t)snprintf(text, 4096, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n",
                             page->status, body + left, page->headers != NULL ? page->headers : "");
    memcpy(text + head, page->body, body);
    if (page->manner == PAGE_SLOW)
        say_slowly(fd, text, head + body);
    else if (page->manner == PAGE_HALF || page->manner == PAGE_CUT)
        say(fd, text, head + body / 2);
    else if (page->manner == PAGE_WHOLE && say(fd, text, head + body)) {
        while (left > 0 && say(fd, filler, left < sizeof(filler) ? left : sizeof(filler)))
            left -= left < sizeof(filler) ? left : sizeof(filler);
    }
    free(text);
    if (page->manner == PAGE_HANGS || page->manner == PAGE_HALF)
        hang(fd);
}

static const struct page not_found = {.path = "*", .status = "404 Not Found", .body = ""};

static const struct page *find_page(struct pages *server, const char *request)
{
    const struct page *found = &not_found;
    const char *path = strchr(request, ' ');
    size_t len = path != NULL ? strcspn(path + 1, " ") : 0;
    pthread_mutex_lock(&server->lock);
    snprintf(server->last, sizeof(server->last), "%s", request);
    for (size_t i = server->count; path != NULL && i > 0; i--) {
        const char *known = server->pages[i - 1].path;
        if (strcmp(known, "*") == 0 || (strlen(known) == len && memcmp(known, path + 1, len) == 0))
            found = &server->pages[i - 1];
    }
    pthread_mutex_unlock(&server->lock);
    return found;
}

static void *receive(void *data)
{
    struct visit visit = *(struct visit *)data;
    char request[PAGES_REQUEST_MAX] = "";
    size_t len = 0;
    free(data);
    while (len < sizeof(request) - 1 && strstr(request, "\r\n\r\n") == NULL) {
        ssize_t got = recv(visit.fd, request + len, sizeof(request) - 1 - len, 0);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    if (strstr(request, "\r\n\r\n") != NULL) {
        const struct page *page = find_page(visit.server, request);
        atomic_fetch_add(&visit.server->requests, 1);
        show(visit.fd, page);
    }
    close(visit.fd);
    return NULL;
}

static void *serve(void *data)
{
    struct pages *server = data;
    for (;;) {
        int fd = accept4(server->listening, NULL, NULL, SOCK_CLOEXEC);
        struct visit *visit = malloc(sizeof(*visit));
        pthread_t thread;
        if (fd < 0) {
            free(visit);
            return NULL;
        }
        atomic_fetch_add(&server->connections, 1);
        *visit = (struct visit){.server = server, .fd = fd};
        pthread_create(&thread, NULL, receive, visit);
        pthread_detach(thread);
    }
}

void pages_start(struct pages *server, const char *address, int port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t len = sizeof(addr);
    const int one = 1;
    memset(server, 0, sizeof(*server));
    pthread_mutex_init(&server->lock, NULL);
    ck_assert_int_eq(inet_pton(AF_INET, address, &addr.sin_addr), 1);
    server->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(server->listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    ck_assert_int_eq(bind(server->listening, (const struct sockaddr *)&addr, len), 0);
    ck_assert_int_eq(getsockname(server->listening, (struct sockaddr *)&addr, &len), 0);
    ck_assert_int_eq(listen(server->listening, 512), 0);
    server->port = ntohs(addr.sin_port);
    ck_assert_int_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

void pages_set(struct pages *server, const struct page *pages, size_t count)
{
    pthread_mutex_lock(&server->lock);
    server->pages = pages;
    server->count = count;
    pthread_mutex_unlock(&server->lock);
}

void pages_stop(struct pages *server)
{
    shutdown(server->listening, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listening);
}
