// SPDX-License-Identifier: MIT
/* When a park or a sleep ends: deadlines, `until`, and wakes at about the same time. */

#include "held_clock.h"
#include "parker.h"

static int64_t begun_ns;

static void begin(void)
{
    parker_begin();
    begun_ns = loop_now_ns(loop);
}

TEST_CASE("fiber_time", .setup = begin, .teardown = suite_end);

static void run(fiber_fn *body, int64_t deadline_ms)
{
    start(&parker, body, deadline_ms);
    if (!parker.done)
        loop_run(loop);
}

static void sleep_long_after_a_short_park(void *data)
{
    parker.until_ns = suite_in_ms(10);
    park_once(data);
    ck_assert(parker.woken);
    parker.woken = fiber_sleep(40 * MS, &parker.fault);
    loop_stop(loop);
}

static void sleep_in_turns(void *data)
{
    static const int turns_ms[] = {20, 5, 30, 1, 10};

    for (size_t i = 0; i < ARRAY_LEN(turns_ms); i++) {
        const int64_t slept_ns = loop_now_ns(loop);
        ck_assert(fiber_sleep((int64_t)turns_ms[i] * MS, &parker.fault));
        const int64_t took_ms = (loop_now_ns(loop) - slept_ns) / MS;
        ck_assert_int_ge(took_ms, turns_ms[i]);
        ck_assert_int_le(took_ms, turns_ms[i] + 1);
    }
    parker.done = true;
    loop_stop(loop);
}

static void sleep_a_second(void *data)
{
    parker.woken = fiber_sleep(1000 * MS, &parker.fault);
    loop_stop(loop);
}

static void sleep_10_ms(void *data)
{
    parker.fiber = fiber_current();
    parker.woken = fiber_sleep(10 * MS, &parker.fault);
    loop_stop(loop);
}

static void sleep_for_nothing_until_stopped(void *data)
{
    parker.fiber = fiber_current();
    while (fiber_sleep(0, &parker.fault))
        ;
    parker.done = true;
}

static void wake_parker(void *data)
{
    ck_assert(!parker.done);
    fiber_wake(parker.fiber);
}

/* Deadline and `until`, in milliseconds from now; 0 for `until`: none. */
static const struct {
    const char *why;
    int deadline_ms, until_ms, ends_ms;
} ends[] = {
    {"the deadline alone",            10,   0,    10},
    {"until comes first",             5000, 10,   10},
    {"the deadline comes first",      10,   5000, 10},
    {"a deadline that passed before", -5,   0,    0 },
    {"an until that passed before",   5000, -5,   0 },
};

TEST_ROWS_WHY(every_park_ends_by_the_earlier_of_deadline_and_until, ends)
{
    if (row->until_ms != 0)
        parker.until_ns = begun_ns + (int64_t)row->until_ms * MS;
    run(park_then_stop, row->deadline_ms);
    const int64_t took_ms = (loop_now_ns(loop) - begun_ns) / MS;
    ck_assert(parker.done && !parker.woken);
    ck_assert_msg(took_ms >= row->ends_ms && took_ms <= row->ends_ms + 1, "%d ms", (int)took_ms);
    ck_assert_int_eq(parker.fault.kind, FAULT_TIMEOUT);
    ck_assert_str_eq(parker.fault.code, "deadline_exceeded");
}

TEST(parks_have_independent_ends)
{
    run(sleep_in_turns, 60000);
    ck_assert(parker.done);
}

TEST(sleeping_past_the_deadline_fails_at_the_deadline)
{
    run(sleep_a_second, 10);
    ck_assert(!parker.woken);
    ck_assert_int_le(loop_now_ns(loop) - begun_ns, 11 * MS);
    ck_assert_str_eq(parker.fault.code, "deadline_exceeded");
}

TEST(a_wake_does_not_shorten_a_sleep)
{
    start(&parker, sleep_10_ms, 1000);
    fiber_wake(parker.fiber);
    loop_run(loop);
    ck_assert(parker.woken);
    ck_assert_int_ge(loop_now_ns(loop) - begun_ns, 10 * MS);
}

TEST(sleep_of_zero_runs_an_iteration)
{
    start(&parker, sleep_for_nothing_until_stopped, 1000);
    suite_run_ms(5);
    ck_assert(!parker.done);
    fiber_cancel(parker.fiber);
    suite_run_ms(0);
    ck_assert(parker.done);
}

static void see_wake(void *data, uint32_t events)
{
    parker.ran = true;
    fiber_wake(parker.fiber);
}

static void sleep_for_nothing_once_woken(void *data)
{
    park_once(data);
    parker.ran = false;
    ck_assert(fiber_sleep(0, &parker.fault));
    ck_assert(parker.ran);
    loop_stop(loop);
}

TEST(sleep_of_zero_polls_descriptors)
{
    struct loop_watch watch;
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    ck_ok(loop_watch_add(loop, &watch, fds[0], EPOLLIN, see_wake, NULL, &fault));
    run(sleep_for_nothing_once_woken, 1000);
    ck_assert(parker.woken && parker.ran);
    loop_watch_remove(loop, &watch);
    close(fds[0]);
    close(fds[1]);
}

TEST(wake_takes_precedence_over_a_deadline_in_one_iteration)
{
    struct loop_timer late = {0};

    start(&parker, park_then_stop, 5);
    /* Fires in the iteration in which the deadline passes; the deadline is handled first. */
    suite_after_ms(&late, 6, wake_parker, NULL);
    now_advance_us(15000);
    loop_run(loop);
    ck_assert(parker.woken);
}

TEST(deadline_after_the_wake_in_one_iteration_is_ignored)
{
    struct loop_timer early = {0};

    suite_after_ms(&early, 5, wake_parker, NULL);
    start(&parker, park_then_stop, 6);
    now_advance_us(15000);
    loop_run(loop);
    ck_assert(parker.woken);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
}

TEST(until_of_an_ended_park_does_not_end_the_next_one)
{
    start(&parker, sleep_long_after_a_short_park, 60000);
    fiber_wake(parker.fiber);
    loop_run(loop);
    ck_assert(parker.woken);
    ck_assert_int_ge(loop_now_ns(loop) - begun_ns, 40 * MS);
}

static void park_in_steps(void *data)
{
    fiber_set_deadline(fiber_current(), suite_in_ms(60000));
    parker.woken = fiber_sleep(60 * MS, &parker.fault);
    fiber_set_deadline(fiber_current(), suite_in_ms(5));
    parker.done = !fiber_sleep(INT64_C(60000) * MS, &parker.fault);
    loop_stop(loop);
}

TEST(deadline_can_be_moved_later_and_earlier)
{
    run(park_in_steps, 30);
    ck_assert(parker.woken && parker.done);
    ck_assert_str_eq(parker.fault.code, "deadline_exceeded");
}
