// SPDX-License-Identifier: MIT
#include "loop/fiber.h"

#include "suite.h"

struct parker {
    struct loop *loop;
    struct fiber *fiber;
    int64_t until_ns;
    bool ran;
    bool done;
    bool woken;
    struct fault fault;
};

static void park_once(void *data)
{
    struct parker *parker = data;

    parker->fiber = fiber_current();
    parker->ran = true;
    parker->woken = fiber_park(parker->until_ns, &parker->fault);
    parker->done = true;
}

static void start(struct parker *parker, fiber_fn *run, int64_t deadline_ms)
{
    struct fault fault;
    ck_assert(fiber_start(parker->loop, run, parker, suite_in_ms(parker->loop, deadline_ms), "test",
                          &fault));
}

START_TEST(a_fiber_runs_at_once_until_it_parks)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, park_once, 1000);
    ck_assert(parker.ran && !parker.done);
    ck_assert_ptr_null(fiber_current());
    ck_assert_uint_eq(fiber_live(parker.loop), 1);
    fiber_wake(parker.fiber);
    fiber_wake(parker.fiber);
    ck_assert(!parker.done);
    suite_run_ms(parker.loop, 0);
    ck_assert(parker.done && parker.woken);
    ck_assert_uint_eq(fiber_live(parker.loop), 0);
    loop_destroy(parker.loop);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("fiber");

    tcase_add_test(tests, a_fiber_runs_at_once_until_it_parks);
    return suite_main("fiber", tests);
}
