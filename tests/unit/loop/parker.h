// SPDX-License-Identifier: MIT
/* A fiber that parks, and the result; shared by the suites about fibers. */
#pragma once

#include "suite.h"

struct parker {
    struct fiber *fiber;
    struct parker *other;
    int64_t until_ns;
    bool ran;
    bool done;
    bool woken;
    struct fault fault;
};

/* That of the tests which need only one. */
static struct parker parker;

static inline void parker_begin(void)
{
    suite_begin_held();
    parker = (struct parker){0};
}

static inline void park_once(void *data)
{
    struct parker *one = data;

    one->fiber = fiber_current();
    one->ran = true;
    one->woken = fiber_park(one->until_ns, &one->fault);
    one->done = true;
}

static inline void park_then_stop(void *data)
{
    park_once(data);
    loop_stop(loop);
}

static inline void start(struct parker *one, fiber_fn *run, int64_t deadline_ms)
{
    ck_ok(fiber_start(loop, run, one, suite_in_ms(deadline_ms), "test", &fault));
}
