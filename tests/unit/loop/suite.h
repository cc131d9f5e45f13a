// SPDX-License-Identifier: MIT
/* Shared by the suites of this folder. */
#pragma once

#include <stdlib.h>

#include <check.h>

#include "loop/fiber.h"
#include "loop/loop.h"

enum { MS = 1000000 };

static inline struct loop *suite_loop(void)
{
    struct fault why;
    struct loop *loop = loop_create(&why);
    ck_assert_ptr_nonnull(loop);
    return loop;
}

static inline int64_t suite_in_ms(const struct loop *loop, int64_t ms)
{
    return loop_now_ns(loop) + ms * MS;
}

static inline void suite_stop(void *data)
{
    loop_stop(data);
}

static inline void suite_nothing(void *data)
{
    (void)data;
}

/* Runs the loop for about this many milliseconds. */
static inline void suite_run_ms(struct loop *loop, int64_t ms)
{
    struct loop_timer timer = {0};
    ck_assert(loop_timer_start(loop, &timer, suite_in_ms(loop, ms), suite_stop, loop));
    loop_run(loop);
    loop_timer_stop(loop, &timer);
}
