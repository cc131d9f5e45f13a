// SPDX-License-Identifier: MIT
/* A real server in a thread of its own, with a few handlers that do what the tests need. */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "http/server.h"

enum {
    RIG_CUT_MAX = 1024 * 1024, /* body_max of /v1/cut and /v1/slow-cut */
    RIG_PIECES_MAX =
        100 * 1024 * 1024,    /* body_max of /v1/pieces, /v1/whole and /v1/soon, which has 300 ms */
    RIG_FEW_MAX = 1024 * 1024 /* of /v1/few, which is else as /v1/pieces */
};

struct rig {
    struct http_server_options options;
    uint16_t port;
    atomic_int handled;      /* handlers that began */
    atomic_int broken;       /* handlers of /v1/pieces that never saw the body end */
    atomic_int guarded;      /* how often the guard of /v1/hook was asked */
    atomic_bool drained;     /* the drain's `done` was called */
    atomic_bool opened_gate; /* handlers of /gate go on */

    pthread_t thread;
    sem_t started;
    sem_t obeyed; /* the loop has carried out an order */
    sem_t resumed;
    struct loop *loop;
    struct http_server *server;
    struct loop_watch orders;
    int order_fd;
    atomic_int order;
    int64_t unready_ms, limit_ms;
};

/* Fills `options` with defaults that suit tests; change them before rig_start(). */
void rig_init(struct rig *rig);
void rig_start(struct rig *rig);
void rig_drain(struct rig *rig, int64_t unready_ms, int64_t limit_ms);
void rig_stop(struct rig *rig);

/* Between rig_init() and rig_start(): the server's clock stands still until rig_advance(), so that
 * deadlines do not depend on how fast the machine is. */
void rig_hold_clock(void);
/* Moves a held clock in steps of 10 ms. After each step the server runs the timers that are due. */
void rig_advance(struct rig *rig, int64_t ms);
/* Between the two the server's thread stands still; meanwhile a held clock moves at once by `ms`.
 */
void rig_pause(struct rig *rig);
void rig_resume(struct rig *rig, int64_t ms);
/* What a held clock shows. */
int64_t rig_now_ms(void);
/* How often the server has read its clock: several times in each iteration of its loop. */
int rig_clock_looks(void);
