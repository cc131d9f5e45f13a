// SPDX-License-Identifier: MIT
/* A fiber that parks, and the result; shared by the suites about fibers. */
#pragma once

#include "loop/fiber.h"

#include "suite.h"

struct parker {
    struct loop *loop;
    struct fiber *fiber;
    struct parker *other;
    int64_t until_ns;
    bool ran;
    bool done;
    bool woken;
    struct fault fault;
};

static inline void park_once(void *data)
{
    struct parker *parker = data;

    parker->fiber = fiber_current();
    parker->ran = true;
    parker->woken = fiber_park(parker->until_ns, &parker->fault);
    parker->done = true;
}

static inline void park_then_stop(void *data)
{
    struct parker *parker = data;

    park_once(data);
    loop_stop(parker->loop);
}

static inline void start(struct parker *parker, fiber_fn *run, int64_t deadline_ms)
{
    struct fault fault;
    ck_assert(fiber_start(parker->loop, run, parker, suite_in_ms(parker->loop, deadline_ms), "test",
                          &fault));
}
