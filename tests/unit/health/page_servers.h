// SPDX-License-Identifier: MIT
/* An HTTP server on the loopback with the pages of a test, well-formed or not. */
#pragma once

#include "base/array.h"

#include "support/visitors.h"

enum page_manner {
    PAGE_WHOLE,
    PAGE_HANGS, /* sends nothing, and keeps the connection */
    PAGE_HALF,  /* hangs in the middle of the answer */
    PAGE_CUT,   /* closes in the middle of the answer */
    PAGE_SLOW   /* a byte every 20 ms */
};

struct page {
    const char *path;    /* with the query; "*" any */
    const char *status;  /* "200 OK"; NULL: only `body` is sent */
    const char *headers; /* lines with CR LF, or NULL */
    const char *body;
    size_t filler; /* number of additional bytes */
    enum page_manner manner;
};

enum { PAGES_REQUEST_MAX = 4096 };

struct pages {
    struct visitors at;
    int port;
    pthread_mutex_t lock; /* guards the members below */
    const struct page *pages;
    size_t count;
    char last[PAGES_REQUEST_MAX]; /* the last request */
    atomic_int requests;
};

/* `address` of the loopback: "127.0.0.1". `port` 0: any. */
void pages_start(struct pages *server, const char *address, int port);
void pages_set(struct pages *server, const struct page *pages, size_t count);
#define PAGES_SET(server, ...)                                                                     \
    do {                                                                                           \
        static const struct page set_[] = {__VA_ARGS__};                                           \
        pages_set((server), set_, ARRAY_LEN(set_));                                                \
    } while (0)
void pages_stop(struct pages *server);
