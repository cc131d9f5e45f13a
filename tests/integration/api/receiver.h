// SPDX-License-Identifier: MIT
/* An HTTP server on the loopback that takes deliveries, one thread for each connection. What it
 * answers is the test's decision; all that came is kept. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
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
    char body[RECEIVED_BODY_MAX]; /* its beginning, as text */
    size_t body_len;
    int64_t at_ms;
    int at_once; /* of this path, with this one */
    bool ended;
};

/* What comes behind the headers; of the last two nothing, and the connection is closed, or left
 * open. */
enum body_end { BODY_WHOLE, BODY_CUT, BODY_STALLS };

struct reaction {
    int status;        /* 0: the connection is closed */
    int retry_after_s; /* 0: none */
    int delay_ms;
    const atomic_bool *waits_for; /* NULL, or it answers when this is true */
    size_t body_len;
    enum body_end body;
    const char *location;
};

struct receiver {
    struct visitors at;
    pthread_mutex_t lock; /* of what follows */
    struct received all[RECEIVED_MAX];
    int count;
    /* What to answer; `nth` counts the requests of the same path from 0. Called with the lock. */
    struct reaction (*react)(const struct received *one, int nth);
};

void receiver_start(struct receiver *receiver,
                    struct reaction (*react)(const struct received *one, int nth));
void receiver_stop(struct receiver *receiver); /* connections end by themselves */
/* How many came to a path; NULL: to all. */
int receiver_count(struct receiver *receiver, const char *path);
/* The nth of a path, from 0; it must be there. */
struct received receiver_get(struct receiver *receiver, const char *path, int nth);
