// SPDX-License-Identifier: MIT
/* An HTTP server on the loopback that receives deliveries, with one thread per connection. The test
 * chooses the answers; all received requests are recorded. */
#pragma once

#include <stdint.h>

#include "support/visitors.h"

enum { RECEIVED_MAX = 4096, RECEIVED_PATH_MAX = 32, RECEIVED_BODY_MAX = 128 };

struct received {
    char path[RECEIVED_PATH_MAX];
    char id[64];
    char timestamp[24];
    char signature[64];
    char key[64]; /* Idempotency-Key; "": none */
    char type[64];
    char body[RECEIVED_BODY_MAX]; /* the beginning of the body, as text */
    size_t body_len;
    int64_t at_ms;
    int at_once; /* concurrent requests of this path, including this one */
    bool ended;
};

/* The body after the headers: complete; cut, with the connection closed; or missing, with the
 * connection left open. */
enum body_end { BODY_WHOLE, BODY_CUT, BODY_STALLS };

struct reaction {
    int status;        /* 0: the connection is closed */
    int retry_after_s; /* 0: none */
    int delay_ms;
    const atomic_bool *waits_for; /* if not NULL, the answer waits until this is true */
    size_t body_len;
    enum body_end body;
    const char *location;
};

struct receiver {
    struct visitors at;
    pthread_mutex_t lock; /* guards the members below */
    struct received all[RECEIVED_MAX];
    int count;
    /* Chooses the answer; `nth` counts the requests of the same path from 0. Called with the lock
     * held. */
    struct reaction (*react)(const struct received *one, int nth);
};

void receiver_start(struct receiver *receiver,
                    struct reaction (*react)(const struct received *one, int nth));
void receiver_stop(struct receiver *receiver); /* connections end by themselves */
/* The number of requests to a path; NULL: to all paths. */
int receiver_count(struct receiver *receiver, const char *path);
/* The nth request to a path, from 0; it must exist. */
struct received receiver_get(struct receiver *receiver, const char *path, int nth);
