// SPDX-License-Identifier: MIT
/* Shared by the suites of this folder: a loop for each test. */
#pragma once

#include "loop/fiber.h"
#include "loop/loop.h"

#include "support/scratch.h"

enum { MS = 1000000 };

static struct loop *loop;

static inline void suite_begin(void)
{
    loop = loop_create(&fault);
    ck_assert_ptr_nonnull(loop);
}

/* With a clock that is stopped; see held_clock.h. */
static inline void suite_begin_held(void)
{
    now_freeze(0, INT64_C(1000000000000));
    suite_begin();
}

static inline void suite_end(void)
{
    loop_destroy(loop);
    now_thaw();
}

static inline int64_t suite_in_ms(int64_t ms)
{
    return loop_now_ns(loop) + ms * MS;
}

static inline void suite_stop(void *data)
{
    loop_stop(loop);
}

static inline void suite_nothing(void *data)
{
}

/* Calls `fire(data)` in this many milliseconds. */
static inline void suite_after_ms(struct loop_timer *timer, int64_t ms, void (*fire)(void *data),
                                  void *data)
{
    ck_assert(loop_timer_start(loop, timer, suite_in_ms(ms), fire, data));
}

/* Runs the loop for about this many milliseconds. */
static inline void suite_run_ms(int64_t ms)
{
    struct loop_timer timer = {0};

    suite_after_ms(&timer, ms, suite_stop, NULL);
    loop_run(loop);
    loop_timer_stop(loop, &timer);
}
