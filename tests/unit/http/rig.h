// SPDX-License-Identifier: MIT
/* A real HTTP server in its own thread, with a few handlers for the tests. */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "http/server.h"

enum {
    RIG_CUT_MAX =
        1024 * 1024, /* body_max of /v1/cut and /v1/slow-cut, which truncate longer bodies */
    RIG_PIECES_MAX =
        100 * 1024 *
        1024, /* body_max of /v1/pieces, /v1/whole and /v1/soon, whose deadline is 300 ms */
    RIG_CONSTANT = 200 * 1024, /* bytes of the answer of /v1/constant */
    RIG_FEW_MAX = 1024 * 1024  /* body_max of /v1/few, which otherwise equals /v1/pieces */
};

struct rig {
    struct http_server_options options;
    uint16_t port;
    atomic_int handled; /* number of handlers that have started */
    atomic_int broken; /* number of handlers of /v1/pieces that did not reach the end of the body */
    atomic_int guarded;      /* number of calls of the guard of /v1/hook */
    atomic_bool drained;     /* the drain has called `done` */
    atomic_bool opened_gate; /* handlers of /gate continue */

    pthread_t thread;
    sem_t started;
    sem_t obeyed; /* the loop has executed an order */
    sem_t resumed;
    struct loop *loop;
    struct http_server *server;
    struct loop_watch orders;
    int order_fd;
    atomic_int order;
    int64_t unready_ms, limit_ms;
};

extern struct rig rig;

/* Fills `options` with defaults that suit tests; change them before rig_start(). */
void rig_init(void);
void rig_start(void);
void rig_drain(int64_t unready_ms, int64_t limit_ms);
void rig_stop(void);

/* Call it between rig_init() and rig_start(): the server's clock changes only in rig_advance(), so
 * that deadlines do not depend on the speed of the machine. */
void rig_hold_clock(void);
/* Advances a held clock in steps of 10 ms. After each step the server runs the timers that are
 * due. */
void rig_advance(int64_t ms);
/* Blocks the server's thread between the two calls; a held clock then advances by `ms` at once. */
void rig_pause(void);
void rig_resume(int64_t ms);
/* The time of a held clock. */
int64_t rig_now_ms(void);
/* How often the server has read its clock, which is several times in each iteration of its loop. */
int rig_clock_looks(void);
