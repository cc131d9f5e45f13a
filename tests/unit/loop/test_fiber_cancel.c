// SPDX-License-Identifier: MIT
/* Cancelling one fiber or all, and loop_finish_fibers(). */
#include "loop/fiber.h"

#include "held_clock.h"
#include "parker.h"
#include "suite.h"
#include "support/test.h"

TEST_CASE("fiber_cancel", .setup = hold_clock, .teardown = now_thaw);

static void park_thrice(void *data)
{
    struct parker *parker = data;

    for (int i = 0; i < 3; i++) {
        park_once(data);
        ck_assert(!parker->woken);
    }
}

static void sleep_a_millisecond(void *data)
{
    struct parker *parker = data;

    parker->done = fiber_sleep(MS, &parker->fault);
}

static void leave_the_rest_to_another_when_cancelled(void *data)
{
    struct parker *parker = data;
    struct fault fault;

    ck_assert(!fiber_park(0, &fault));
    ck_assert_str_eq(fault.code, "cancelled");
    ck_assert(fiber_start(parker->loop, sleep_a_millisecond, parker, INT64_MAX, "rest", &fault));
}

TEST(cancellation_ends_the_current_and_all_later_parks)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, park_thrice, 1000);
    fiber_cancel(parker.fiber);
    suite_run_ms(parker.loop, 0);
    ck_assert(parker.done);
    ck_assert_int_eq(parker.fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(parker.fault.code, "cancelled");
    ck_assert(fiber_was_cancelled(&parker.fault));
    fault_set(&parker.fault, FAULT_TIMEOUT, "deadline_exceeded", "Too late.");
    ck_assert(!fiber_was_cancelled(&parker.fault));
    loop_destroy(parker.loop);
}

TEST(cancelling_all_reaches_every_fiber)
{
    struct parker parkers[10];
    struct loop *loop = suite_loop();

    for (int i = 0; i < 10; i++) {
        parkers[i] = (struct parker){.loop = loop};
        start(&parkers[i], park_once, 1000);
    }
    fiber_cancel_all(loop);
    suite_run_ms(loop, 0);
    ck_assert_uint_eq(fiber_live(loop), 0);
    for (int i = 0; i < 10; i++)
        ck_assert_str_eq(parkers[i].fault.code, "cancelled");
    loop_destroy(loop);
}

TEST(run_out_gives_cancelled_fibers_half_of_the_time)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, leave_the_rest_to_another_when_cancelled, 60000);
    loop_finish_fibers(parker.loop, 400 * MS);
    ck_assert(parker.done);
    ck_assert_uint_eq(fiber_live(parker.loop), 0);
    loop_destroy(parker.loop);
}
