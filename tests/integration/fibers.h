// SPDX-License-Identifier: MIT
/* Test bodies in fibers, on the loop of a fixture. */
#pragma once

#include "loop/fiber.h"

#include "support/patience.h"
#include "support/test.h"

/* The fixture's loop; the fixture defines this function. */
struct loop *stand_loop(void);

/* Runs `body` in a fiber, and the loop until all fibers have ended. */
void stand_run(void (*body)(void *data), void *data);
#define FIBER_RUN stand_run
/* In a fiber: starts one more fiber. */
void stand_go(void (*body)(void *data), void *data);
/* The same with a deadline in `ms`. */
void stand_go_for(void (*body)(void *data), void *data, int64_t ms);
/* Fibers of stand_go() that have not ended. More than 0 after stand_run(): a check failed in a
 * fiber while tests are not forked, and the loop is still running. */
int stand_running(void);
/* In a fiber: waits until all other fibers of stand_go() have ended. */
void stand_join(void);
/* In a fiber: runs `body` in `count` fibers at once, with (void *)0, (void *)1 and so on as its
 * data, and waits until all have ended. */
void stand_race(int count, void (*body)(void *data));
void stand_sleep(int ms);
/* In a fiber: wait_until(). */
#define stand_until(condition, ...) wait_by(stand_sleep, condition, __VA_ARGS__)
