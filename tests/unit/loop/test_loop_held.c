// SPDX-License-Identifier: MIT
#include <time.h>

#include "suite.h"
#include "support/metric_of.h"

TEST_CASE("loop_held", .setup = suite_begin, .teardown = suite_end);

static void burn_5_ms(void *data)
{
    struct timespec begun, at;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    } while ((at.tv_sec - begun.tv_sec) * 1000000000 + at.tv_nsec - begun.tv_nsec < 5 * MS);
    loop_stop(loop);
}

static void burn_beside_a_fiber(void *data)
{
    ck_ok(fiber_start(loop, suite_nothing, NULL, INT64_MAX, "GET /v1/quick", &fault));
    burn_5_ms(data);
}

static void sleep_20_ms(void *data)
{
    usleep(20000);
    loop_stop(loop);
}

TEST(watchdog_detects_a_busy_fiber)
{
    struct loop_timer timer = {0};

    suite_after_ms(&timer, 0, burn_beside_a_fiber, NULL);
    loop_run(loop);
    ck_assert_int_ge(loop_longest_held(loop).longest_ns, 5 * MS);
    ck_assert_str_eq(loop_longest_held(loop).label, "");
}

TEST(watchdog_ignores_time_without_a_processor)
{
    struct loop_timer timer = {0};

    suite_after_ms(&timer, 0, sleep_20_ms, NULL);
    loop_run(loop);
    ck_assert_int_lt(loop_longest_held(loop).longest_ns, 10 * MS);
}

static void burn_after_a_park(void *data)
{
    ck_ok(fiber_sleep(MS, &fault));
    burn_5_ms(data);
}

TEST(watchdog_reports_the_fiber_in_the_metric)
{
    metric_reset();
    loop_metrics_register(loop);
    ck_ok(fiber_start(loop, burn_after_a_park, NULL, INT64_MAX, "GET /v1/\"slow\"", &fault));
    loop_run(loop);
    ck_assert_int_ge(loop_longest_held(loop).longest_ns, 5 * MS);
    ck_assert_str_eq(loop_longest_held(loop).label, "GET /v1/\"slow\"");
    ck_assert_double_ge(metric_of("loop_held_seconds_max{route=\"GET /v1/slow\"}"), 0.005);
    ck_assert_double_lt(metric_of("loop_held_seconds_max{route=\"GET /v1/slow\"}"), 0.1);
    metric_reset();
}
