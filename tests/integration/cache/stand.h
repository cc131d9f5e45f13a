// SPDX-License-Identifier: MIT
/* A loop, a pool and a Redis of the test's own, which it can freeze and kill. */
#pragma once

#include <sys/types.h>

#include "cache/cache.h"
#include "loop/fiber.h"
#include "loop/loop.h"
#include "loop/work.h"

#include "support/patience.h"
#include "support/scratch.h"

struct stand {
    struct loop *loop;
    struct work *work;
    struct cache *cache;
    pid_t redis;
    int port;
    char url[64];
    bool is_frozen;
    int clock_stops;
};

extern struct stand stand;

/* Starts Redis and connects `cache` to it; the second function starts no Redis. */
void stand_begin(void);
void stand_begin_without_redis(void);
void stand_end(void);

void stand_redis_start(void); /* on the same port each time */
void stand_redis_kill(void);
void stand_redis_freeze(void);
void stand_redis_thaw(void);
/* Sends one command on a connection of its own, split into arguments at spaces; returns the reply
 * as text. */
const char *stand_redis(const char *command);

struct cache *stand_cache(const char *url);

/* Runs `run` in a fiber, and the loop until it ends; at most patience_ms(20000). */
void stand_run(fiber_fn *run, void *data);
#define FIBER_RUN stand_run

/* In a fiber. */
void stand_sleep_ms(int64_t ms);
/* Runs one iteration of the loop, even while the clock is stopped. */
void stand_turn(void);
void stand_pause_and_turn(int ms);
/* In a fiber: wait_until(); the second also while the clock is stopped. */
#define stand_until(condition, ...)      wait_by(stand_sleep_ms, condition, __VA_ARGS__)
#define stand_turn_until(condition, ...) wait_by(stand_pause_and_turn, condition, __VA_ARGS__)
void stand_wait_usable(struct cache *cache, bool usable);
int64_t stand_now_ms(void);
/* While the clock is stopped no deadline of a command passes, so that a slow machine is not taken
 * for a slow Redis. Calls nest. While Redis is frozen they do nothing, because deadlines must pass
 * then. */
void stand_clock_stop(void);
void stand_clock_go(void);
