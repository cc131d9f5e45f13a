// SPDX-License-Identifier: MIT
/* Cancelling one fiber or all, and loop_finish_fibers(). */
#include "held_clock.h"
#include "parker.h"

TEST_CASE("fiber_cancel", .setup = parker_begin, .teardown = suite_end);

static void park_thrice(void *data)
{
    for (int i = 0; i < 3; i++) {
        park_once(data);
        ck_assert(!parker.woken);
    }
}

static void sleep_a_millisecond(void *data)
{
    parker.done = fiber_sleep(MS, &parker.fault);
}

static void leave_the_rest_to_another_when_cancelled(void *data)
{
    ck_unavailable(fiber_park(0, &fault), "cancelled");
    ck_ok(fiber_start(loop, sleep_a_millisecond, NULL, INT64_MAX, "rest", &fault));
}

TEST(cancellation_ends_the_current_and_all_later_parks)
{
    start(&parker, park_thrice, 1000);
    fiber_cancel(parker.fiber);
    suite_run_ms(0);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
    ck_assert_int_eq(parker.fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(parker.fault.code, "cancelled");
    ck_assert(fiber_was_cancelled(&parker.fault));
    fault_set(&parker.fault, FAULT_TIMEOUT, "deadline_exceeded", "Too late.");
    ck_assert(!fiber_was_cancelled(&parker.fault));
}

TEST(cancelling_all_reaches_every_fiber)
{
    struct parker parkers[10] = {0};

    for (int i = 0; i < 10; i++)
        start(&parkers[i], park_once, 1000);
    fiber_cancel_all(loop);
    suite_run_ms(0);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
    for (int i = 0; i < 10; i++)
        ck_assert_str_eq(parkers[i].fault.code, "cancelled");
}

TEST(run_out_gives_cancelled_fibers_half_of_the_time)
{
    start(&parker, leave_the_rest_to_another_when_cancelled, 60000);
    loop_finish_fibers(loop, 400 * MS);
    ck_assert(parker.done);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
}
