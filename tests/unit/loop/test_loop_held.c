// SPDX-License-Identifier: MIT
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/metric.h"
#include "loop/loop.h"

#include "suite.h"
#include "support/test.h"

static void burn(int64_t ns)
{
    struct timespec begun;
    struct timespec at;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    } while ((at.tv_sec - begun.tv_sec) * 1000000000 + at.tv_nsec - begun.tv_nsec < ns);
}

static void burn_5_ms(void *data)
{
    burn(5 * MS);
    loop_stop(data);
}

static void end_at_once(void *data)
{
}

static void burn_beside_a_fiber(void *data)
{
    struct fault fault;

    ck_assert(fiber_start(data, end_at_once, NULL, INT64_MAX, "GET /v1/quick", &fault));
    burn_5_ms(data);
}

static void sleep_20_ms(void *data)
{
    usleep(20000);
    loop_stop(data);
}

TEST(watchdog_detects_a_busy_fiber)
{
    struct loop *loop = suite_loop();
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(loop, &timer, 0, burn_beside_a_fiber, loop));
    loop_run(loop);
    ck_assert_int_ge(loop_longest_held(loop).longest_ns, 5 * MS);
    ck_assert_str_eq(loop_longest_held(loop).label, "");
    loop_destroy(loop);
}

TEST(watchdog_ignores_time_without_a_processor)
{
    struct loop *loop = suite_loop();
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(loop, &timer, 0, sleep_20_ms, loop));
    loop_run(loop);
    ck_assert_int_lt(loop_longest_held(loop).longest_ns, 10 * MS);
    loop_destroy(loop);
}

struct labelled {
    struct loop *loop;
    struct fault fault;
};

static void burn_after_a_park(void *data)
{
    struct labelled *labelled = data;
    ck_assert(fiber_sleep(MS, &labelled->fault));
    burn(5 * MS);
    loop_stop(labelled->loop);
}

TEST(watchdog_reports_the_fiber_in_the_metric)
{
    struct labelled labelled = {.loop = suite_loop()};
    struct buf page;

    metric_reset();
    loop_metrics_register(labelled.loop);
    ck_assert(fiber_start(labelled.loop, burn_after_a_park, &labelled, INT64_MAX,
                          "GET /v1/\"slow\"", &labelled.fault));
    loop_run(labelled.loop);
    ck_assert_int_ge(loop_longest_held(labelled.loop).longest_ns, 5 * MS);
    ck_assert_str_eq(loop_longest_held(labelled.loop).label, "GET /v1/\"slow\"");
    buf_init(&page, 4096);
    metric_print(&page);
    buf_char(&page, '\0');
    ck_assert_msg(strstr(page.data, "loop_held_seconds_max{route=\"GET /v1/slow\"} 0.0") != NULL,
                  "%s", page.data);
    buf_finish(&page);
    metric_reset();
    loop_destroy(labelled.loop);
}
