// SPDX-License-Identifier: MIT
/* Starting, parking and waking fibers; many fibers do not block the loop. */
#include <unistd.h>

#include "base/now.h"
#include "loop/fiber.h"

#include "held_clock.h"
#include "parker.h"
#include "suite.h"
#include "support/test.h"

TEST_CASE("fiber", .setup = hold_clock, .teardown = now_thaw);

static void wake_self_then_park(void *data)
{
    fiber_wake(fiber_current());
    park_once(data);
}

static void park_twice(void *data)
{
    struct parker *parker = data;

    park_once(data);
    ck_assert(parker->woken);
    park_once(data);
}

static void wake_self_twice_then_park_twice(void *data)
{
    struct parker *parker = data;

    fiber_wake(fiber_current());
    fiber_wake(fiber_current());
    park_twice(data);
    loop_stop(parker->loop);
}

static void be_a_child(void *data)
{
    struct parker *parker = data;
    parker->ran = true;
}

static void start_a_child(void *data)
{
    struct parker *parker = data;

    ck_assert(fiber_start(parker->loop, be_a_child, parker, INT64_MAX, "child", &parker->fault));
    ck_assert(!parker->ran);
    parker->done = true;
}

static void wake_the_other_until_cancelled(void *data)
{
    struct parker *parker = data;

    parker->fiber = fiber_current();
    while (fiber_park(0, &parker->fault))
        fiber_wake(parker->other->fiber);
}

TEST(a_fiber_runs_at_once_until_it_parks)
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

TEST(a_wake_before_the_park_is_not_lost)
{
    struct parker parker = {.loop = suite_loop()};
    struct fault fault;

    ck_assert(fiber_start(parker.loop, wake_self_then_park, &parker, suite_in_ms(parker.loop, 1000),
                          "test", &fault));
    ck_assert(parker.done && parker.woken);
    loop_destroy(parker.loop);
}

TEST(repeated_wakes_end_one_park)
{
    struct parker parker = {.loop = suite_loop()};
    struct fault fault;

    ck_assert(
        fiber_start(parker.loop, park_twice, &parker, suite_in_ms(parker.loop, 5), "test", &fault));
    fiber_wake(parker.fiber);
    fiber_wake(parker.fiber);
    suite_run_ms(parker.loop, 20);
    ck_assert(parker.done && !parker.woken);
    ck_assert_int_eq(parker.fault.kind, FAULT_TIMEOUT);
    loop_destroy(parker.loop);
}

TEST(repeated_wakes_of_a_running_fiber_end_one_park)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, wake_self_twice_then_park_twice, 10);
    loop_run(parker.loop);
    ck_assert(parker.done && !parker.woken);
    loop_destroy(parker.loop);
}

TEST(above_the_limit_a_fiber_is_refused_at_once)
{
    struct parker parkers[3];
    struct loop *loop = suite_loop();
    struct fault fault;

    fiber_set_limit(loop, 2);
    for (int i = 0; i < 2; i++) {
        parkers[i] = (struct parker){.loop = loop};
        start(&parkers[i], park_once, 60000);
    }
    parkers[2] = (struct parker){.loop = loop};
    ck_assert(!fiber_start(loop, park_once, &parkers[2], INT64_MAX, "test", &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(fault.code, "overloaded");
    ck_assert(!parkers[2].ran);
    fiber_cancel_all(loop);
    suite_run_ms(loop, 0);
    ck_assert(fiber_start(loop, park_once, &parkers[2], INT64_MAX, "test", &fault));
    ck_assert(parkers[2].ran);
    loop_destroy(loop);
}

TEST(child_fiber_runs_after_its_parent_in_the_same_iteration)
{
    struct parker parent = {.loop = suite_loop()};

    start(&parent, start_a_child, 1000);
    ck_assert(parent.done && !parent.ran);
    suite_run_ms(parent.loop, 0);
    ck_assert(parent.ran);
    loop_destroy(parent.loop);
}

TEST(fibers_that_keep_waking_each_other_do_not_starve_the_loop)
{
    struct parker pair[2];
    struct loop *loop = suite_loop();

    for (int i = 0; i < 2; i++) {
        pair[i] = (struct parker){.loop = loop, .other = &pair[1 - i]};
        start(&pair[i], wake_the_other_until_cancelled, 60000);
    }
    fiber_wake(pair[0].fiber);
    suite_run_ms(loop, 5);
    ck_assert_uint_eq(fiber_live(loop), 2);
    fiber_cancel_all(loop);
    suite_run_ms(loop, 0);
    ck_assert_uint_eq(fiber_live(loop), 0);
    loop_destroy(loop);
}

/* Number of fibers that had run at the next poll of the descriptors. */
struct crowd {
    struct loop *loop;
    int ran;
    int ran_by_iteration[8];
    int turns;
};

static void take_a_millisecond(void *data)
{
    struct crowd *crowd = data;
    struct fault fault;

    (void)!fiber_park(0, &fault);
    now_advance_us(1000);
    crowd->ran++;
}

static void note_iteration(void *data, uint32_t events)
{
    struct crowd *crowd = data;
    if (crowd->turns < 8)
        crowd->ran_by_iteration[crowd->turns] = crowd->ran;
    crowd->turns++;
    if (crowd->ran == 10)
        loop_stop(crowd->loop);
}

TEST(many_ready_fibers_do_not_starve_descriptors)
{
    struct crowd crowd = {.loop = suite_loop()};
    struct loop_watch watch;
    struct fault fault;
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    ck_assert(loop_watch_add(crowd.loop, &watch, fds[0], EPOLLIN, note_iteration, &crowd, &fault));
    now_freeze(0, 1000 * (int64_t)MS);
    for (int i = 0; i < 10; i++)
        ck_assert(fiber_start(crowd.loop, take_a_millisecond, &crowd, INT64_MAX, "test", &fault));
    fiber_cancel_all(crowd.loop);
    loop_run(crowd.loop);
    now_thaw();
    ck_assert_int_eq(crowd.ran_by_iteration[0], 0);
    /* Three fill an iteration, and one more may run before that is detected. */
    ck_assert_int_le(crowd.ran_by_iteration[1], 4);
    ck_assert_int_le(crowd.ran_by_iteration[2], 8);
    ck_assert_int_eq(crowd.ran, 10);
    loop_watch_remove(crowd.loop, &watch);
    close(fds[0]);
    close(fds[1]);
    loop_destroy(crowd.loop);
}
