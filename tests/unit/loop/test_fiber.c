// SPDX-License-Identifier: MIT
/* Starting, parking and waking fibers; many fibers do not block the loop. */

#include "held_clock.h"
#include "parker.h"

TEST_CASE("fiber", .setup = parker_begin, .teardown = suite_end);

static void wake_self_then_park(void *data)
{
    fiber_wake(fiber_current());
    park_once(data);
}

static void park_twice(void *data)
{
    park_once(data);
    ck_assert(parker.woken);
    park_once(data);
}

static void wake_self_twice_then_park_twice(void *data)
{
    fiber_wake(fiber_current());
    fiber_wake(fiber_current());
    park_twice(data);
    loop_stop(loop);
}

static void be_a_child(void *data)
{
    parker.ran = true;
}

static void start_a_child(void *data)
{
    ck_ok(fiber_start(loop, be_a_child, NULL, INT64_MAX, "child", &fault));
    ck_assert(!parker.ran);
    parker.done = true;
}

static void wake_the_other_until_cancelled(void *data)
{
    struct parker *one = data;

    one->fiber = fiber_current();
    while (fiber_park(0, &one->fault))
        fiber_wake(one->other->fiber);
}

TEST(a_fiber_runs_at_once_until_it_parks)
{
    start(&parker, park_once, 1000);
    ck_assert(parker.ran && !parker.done);
    ck_assert_ptr_null(fiber_current());
    ck_assert_uint_eq(fiber_count_live(loop), 1);
    fiber_wake(parker.fiber);
    fiber_wake(parker.fiber);
    ck_assert(!parker.done);
    suite_run_ms(0);
    ck_assert(parker.done && parker.woken);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
}

TEST(a_wake_before_the_park_is_not_lost)
{
    start(&parker, wake_self_then_park, 1000);
    ck_assert(parker.done && parker.woken);
}

TEST(repeated_wakes_end_one_park)
{
    start(&parker, park_twice, 5);
    fiber_wake(parker.fiber);
    fiber_wake(parker.fiber);
    suite_run_ms(20);
    ck_assert(parker.done && !parker.woken);
    ck_assert_int_eq(parker.fault.kind, FAULT_TIMEOUT);
}

TEST(repeated_wakes_of_a_running_fiber_end_one_park)
{
    start(&parker, wake_self_twice_then_park_twice, 10);
    loop_run(loop);
    ck_assert(parker.done && !parker.woken);
}

TEST(above_the_limit_a_fiber_is_refused_at_once)
{
    struct parker parkers[3] = {0};

    fiber_set_limit(loop, 2);
    for (int i = 0; i < 2; i++)
        start(&parkers[i], park_once, 60000);
    ck_unavailable(fiber_start(loop, park_once, &parkers[2], INT64_MAX, "test", &fault),
                   "overloaded");
    ck_assert(!parkers[2].ran);
    fiber_cancel_all(loop);
    suite_run_ms(0);
    ck_ok(fiber_start(loop, park_once, &parkers[2], INT64_MAX, "test", &fault));
    ck_assert(parkers[2].ran);
}

TEST(child_fiber_runs_after_its_parent_in_the_same_iteration)
{
    start(&parker, start_a_child, 1000);
    ck_assert(parker.done && !parker.ran);
    suite_run_ms(0);
    ck_assert(parker.ran);
}

TEST(fibers_that_keep_waking_each_other_do_not_starve_the_loop)
{
    struct parker pair[2];

    for (int i = 0; i < 2; i++) {
        pair[i] = (struct parker){.other = &pair[1 - i]};
        start(&pair[i], wake_the_other_until_cancelled, 60000);
    }
    fiber_wake(pair[0].fiber);
    suite_run_ms(5);
    ck_assert_uint_eq(fiber_count_live(loop), 2);
    fiber_cancel_all(loop);
    suite_run_ms(0);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
}

/* Number of fibers that had run at the next poll of the descriptors. */
struct crowd {
    int ran;
    int ran_by_iteration[8];
    int turns;
};

static void take_a_millisecond(void *data)
{
    struct crowd *crowd = data;

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
        loop_stop(loop);
}

TEST(many_ready_fibers_do_not_starve_descriptors)
{
    struct crowd crowd = {0};
    struct loop_watch watch;
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    ck_ok(loop_watch_add(loop, &watch, fds[0], EPOLLIN, note_iteration, &crowd, &fault));
    for (int i = 0; i < 10; i++)
        ck_ok(fiber_start(loop, take_a_millisecond, &crowd, INT64_MAX, "test", &fault));
    fiber_cancel_all(loop);
    loop_run(loop);
    ck_assert_int_eq(crowd.ran_by_iteration[0], 0);
    /* Three fill an iteration, and one more may run before that is detected. */
    ck_assert_int_le(crowd.ran_by_iteration[1], 4);
    ck_assert_int_le(crowd.ran_by_iteration[2], 8);
    ck_assert_int_eq(crowd.ran, 10);
    loop_watch_remove(loop, &watch);
    close(fds[0]);
    close(fds[1]);
}
