// SPDX-License-Identifier: MIT
#include "page_servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
        for (size_t i = 0; i < head + body && say_all(fd, text + i, 1); i++)
            usleep(200000);
    else if (page->manner == PAGE_HALF || page->manner == PAGE_CUT)
        say_all(fd, text, head + body / 2);
    else if (page->manner == PAGE_WHOLE && say_all(fd, text, head + body)) {
        while (left > 0 && say_all(fd, filler, left < sizeof filler ? left : sizeof filler))
            left -= left < sizeof filler ? left : sizeof filler;
    }
    free(text);
    /* Waits until the client closes. */
    char byte;
    if (page->manner == PAGE_HANGS || page->manner == PAGE_HALF)
        while (recv(fd, &byte, 1, 0) > 0)
            continue;
}

static const struct page not_found = {.path = "*", .status = "404 Not Found", .body = ""};

static const struct page *find_page(struct pages *server, const char *request)
{
    const struct page *found = &not_found;
    const char *path = strchr(request, ' ');
    size_t len = path != NULL ? strcspn(path + 1, " ") : 0;

    pthread_mutex_lock(&server->lock);
    snprintf(server->last, sizeof server->last, "%s", request);
    for (size_t i = server->count; path != NULL && i > 0; i--) {
        const char *known = server->pages[i - 1].path;
        if (strcmp(known, "*") == 0 || (strlen(known) == len && memcmp(known, path + 1, len) == 0))
            found = &server->pages[i - 1];
    }
    pthread_mutex_unlock(&server->lock);
    return found;
}

static void receive(void *data, int fd)
{
    struct pages *server = data;
    char request[PAGES_REQUEST_MAX];

    if (hear_request(fd, request, sizeof request) == 0)
        return;
    const struct page *page = find_page(server, request);
    atomic_fetch_add(&server->requests, 1);
    show(fd, page);
}

void pages_start(struct pages *server, const char *address, int port)
{
    memset(server, 0, sizeof *server);
    pthread_mutex_init(&server->lock, NULL);
    visitors_start(&server->at, address, port, receive, server);
    server->port = server->at.port;
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
    visitors_stop(&server->at);
}
