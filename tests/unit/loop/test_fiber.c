// SPDX-License-Identifier: MIT
#include <fenv.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/now.h"
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

static void park_once(void *data)
{
    struct parker *parker = data;

    parker->fiber = fiber_current();
    parker->ran = true;
    parker->woken = fiber_park(parker->until_ns, &parker->fault);
    parker->done = true;
}

static void park_then_stop(void *data)
{
    struct parker *parker = data;

    park_once(data);
    loop_stop(parker->loop);
}

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

static void park_thrice(void *data)
{
    struct parker *parker = data;

    for (int i = 0; i < 3; i++) {
        park_once(data);
        ck_assert(!parker->woken);
    }
}

static void wake_self_twice_then_park_twice(void *data)
{
    struct parker *parker = data;

    fiber_wake(fiber_current());
    fiber_wake(fiber_current());
    park_twice(data);
    loop_stop(parker->loop);
}

static void sleep_long_after_a_short_park(void *data)
{
    struct parker *parker = data;

    parker->until_ns = suite_in_ms(parker->loop, 10);
    park_once(data);
    ck_assert(parker->woken);
    parker->woken = fiber_sleep(40 * MS, &parker->fault);
    loop_stop(parker->loop);
}

static void clean_up_under_a_shield(void *data)
{
    struct parker *parker = data;

    park_once(data);
    ck_assert_str_eq(parker->fault.code, "cancelled");
    fiber_shield(1000 * MS);
    parker->woken = fiber_sleep(5 * MS, &parker->fault);
    fiber_unshield();
    loop_stop(parker->loop);
}

static void sleep_in_turns(void *data)
{
    static const int turns_ms[] = {20, 5, 30, 1, 10};
    struct parker *parker = data;

    for (size_t i = 0; i < sizeof(turns_ms) / sizeof(turns_ms[0]); i++) {
        const int64_t begun_ns = loop_now_ns(parker->loop);
        ck_assert(fiber_sleep((int64_t)turns_ms[i] * MS, &parker->fault));
        const int64_t took_ms = (loop_now_ns(parker->loop) - begun_ns) / MS;
        ck_assert_int_ge(took_ms, turns_ms[i]);
        ck_assert_int_le(took_ms, turns_ms[i] + 500);
    }
    parker->done = true;
    loop_stop(parker->loop);
}

static void sleep_a_second(void *data)
{
    struct parker *parker = data;

    parker->woken = fiber_sleep(1000 * MS, &parker->fault);
    loop_stop(parker->loop);
}

static void sleep_10_ms(void *data)
{
    struct parker *parker = data;

    parker->fiber = fiber_current();
    parker->woken = fiber_sleep(10 * MS, &parker->fault);
    loop_stop(parker->loop);
}

static void sleep_for_nothing_until_stopped(void *data)
{
    struct parker *parker = data;

    parker->fiber = fiber_current();
    while (fiber_sleep(0, &parker->fault))
        ;
    parker->done = true;
}

static void move_deadline_and_park(void *data)
{
    struct parker *parker = data;

    ck_assert(fiber_sleep(MS, &parker->fault));
    fiber_set_deadline(suite_in_ms(parker->loop, 5));
    park_then_stop(data);
}

static void wake_parker(void *data)
{
    struct parker *parker = data;

    ck_assert(!parker->done);
    fiber_wake(parker->fiber);
}

static void shielded_sleep_of_20_ms(void *data)
{
    struct parker *parker = data;

    parker->fiber = fiber_current();
    fiber_shield(200 * MS);
    fiber_shield(1 * MS);
    fiber_unshield();
    parker->woken = fiber_sleep(20 * MS, &parker->fault);
    fiber_unshield();
    ck_assert(!fiber_park(0, &parker->fault));
    ck_assert_str_eq(parker->fault.code, "cancelled");
    parker->done = true;
    loop_stop(parker->loop);
}

static void shielded_park(void *data)
{
    fiber_shield(20 * MS);
    park_then_stop(data);
    fiber_unshield();
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

static void round_upward_across_a_park(void *data)
{
    fesetround(FE_UPWARD);
    park_once(data);
    ck_assert_int_eq(fegetround(), FE_UPWARD);
}

__attribute__((noinline)) static int use_stack(int kilobytes)
{
    volatile char room[1024];

    for (size_t i = 0; i < sizeof(room); i++)
        room[i] = (char)kilobytes;
    return kilobytes == 0 ? 0 : use_stack(kilobytes - 1) + room[kilobytes];
}

static void use_32_kb(void *data)
{
    ck_assert_int_ne(use_stack(32), 0);
}

static void use_too_much(void *data)
{
    use_stack(FIBER_STACK_SIZE / 1024 + 8);
}

_Noreturn static void die_of_overflow(void)
{
    static const struct rlimit no_core = {0, 0};
    struct loop *loop = suite_loop();
    struct fault fault;

    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGSEGV, SIG_DFL);
    if (!fiber_start(loop, use_too_much, NULL, INT64_MAX, "test", &fault))
        _exit(2);
    _exit(1);
}

static long mappings(void)
{
    FILE *file = fopen("/proc/self/maps", "r");
    long lines = 0;

    ck_assert_ptr_nonnull(file);
    for (int c = getc(file); c != EOF; c = getc(file))
        lines += c == '\n';
    fclose(file);
    return lines;
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

START_TEST(a_wake_before_the_park_is_not_lost)
{
    struct parker parker = {.loop = suite_loop()};
    struct fault fault;

    ck_assert(fiber_start(parker.loop, wake_self_then_park, &parker, suite_in_ms(parker.loop, 1000),
                          "test", &fault));
    ck_assert(parker.done && parker.woken);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(wakes_do_not_add_up)
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
END_TEST

/* Deadline and `until`, in milliseconds from now; 0 for `until`: none. */
static const struct {
    const char *why;
    int deadline_ms, until_ms, at_least_ms, at_most_ms;
} ends[] = {
    {"the deadline alone",            10,   0,    10, 1000},
    {"until comes first",             5000, 10,   10, 1000},
    {"the deadline comes first",      10,   5000, 10, 1000},
    {"a deadline that passed before", -5,   0,    0,  1000},
    {"an until that passed before",   5000, -5,   0,  1000},
};

START_TEST(every_park_ends_by_the_earlier_of_deadline_and_until)
{
    struct parker parker = {.loop = suite_loop()};
    const int64_t begun_ns = loop_now_ns(parker.loop);

    if (ends[_i].until_ms != 0)
        parker.until_ns = begun_ns + (int64_t)ends[_i].until_ms * MS;
    start(&parker, park_then_stop, ends[_i].deadline_ms);
    if (!parker.done)
        loop_run(parker.loop);
    const int64_t took_ms = (loop_now_ns(parker.loop) - begun_ns) / MS;
    ck_assert_msg(parker.done && !parker.woken, "%s", ends[_i].why);
    ck_assert_msg(took_ms >= ends[_i].at_least_ms && took_ms <= ends[_i].at_most_ms, "%s: %d ms",
                  ends[_i].why, (int)took_ms);
    ck_assert_int_eq(parker.fault.kind, FAULT_TIMEOUT);
    ck_assert_str_eq(parker.fault.code, "deadline_exceeded");
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(a_later_park_may_end_earlier_or_later_than_the_one_before)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, sleep_in_turns, 60000);
    loop_run(parker.loop);
    ck_assert(parker.done);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(sleeping_past_the_deadline_fails_at_the_deadline)
{
    struct parker parker = {.loop = suite_loop()};
    const int64_t begun_ns = loop_now_ns(parker.loop);

    start(&parker, sleep_a_second, 10);
    loop_run(parker.loop);
    ck_assert(!parker.woken);
    ck_assert_int_lt(loop_now_ns(parker.loop) - begun_ns, 500 * MS);
    ck_assert_str_eq(parker.fault.code, "deadline_exceeded");
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(a_wake_does_not_shorten_a_sleep)
{
    struct parker parker = {.loop = suite_loop()};
    const int64_t begun_ns = loop_now_ns(parker.loop);

    start(&parker, sleep_10_ms, 1000);
    fiber_wake(parker.fiber);
    loop_run(parker.loop);
    ck_assert(parker.woken);
    ck_assert_int_ge(loop_now_ns(parker.loop) - begun_ns, 10 * MS);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(sleeping_for_nothing_still_lets_the_loop_turn)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, sleep_for_nothing_until_stopped, 1000);
    suite_run_ms(parker.loop, 5);
    ck_assert(!parker.done);
    fiber_cancel(parker.fiber);
    suite_run_ms(parker.loop, 0);
    ck_assert(parker.done);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(the_running_fiber_may_move_its_deadline)
{
    struct parker parker = {.loop = suite_loop()};
    const int64_t begun_ns = loop_now_ns(parker.loop);

    start(&parker, move_deadline_and_park, 10000);
    loop_run(parker.loop);
    ck_assert(parker.done && !parker.woken);
    ck_assert_int_lt(loop_now_ns(parker.loop) - begun_ns, 1000 * MS);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(cancelling_ends_the_present_park_and_all_later_ones)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, park_thrice, 1000);
    fiber_cancel(parker.fiber);
    suite_run_ms(parker.loop, 0);
    ck_assert(parker.done);
    ck_assert_int_eq(parker.fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(parker.fault.code, "cancelled");
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(cancelling_all_reaches_every_fiber)
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
END_TEST

START_TEST(a_wake_counts_when_the_deadline_passes_in_the_same_turn)
{
    struct parker parker = {.loop = suite_loop()};
    struct loop_timer late = {0};

    now_freeze(0, INT64_C(1000000000000));
    start(&parker, park_then_stop, 5);
    /* Fires in the turn in which the deadline passes, which is then seen first. */
    ck_assert(
        loop_timer_start(parker.loop, &late, suite_in_ms(parker.loop, 6), wake_parker, &parker));
    now_advance_us(15000);
    loop_run(parker.loop);
    ck_assert(parker.woken);
    now_thaw();
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(a_deadline_that_passes_after_the_wake_in_the_same_turn_does_not_count)
{
    struct parker parker = {.loop = suite_loop()};
    struct loop_timer early = {0};

    now_freeze(0, INT64_C(1000000000000));
    ck_assert(
        loop_timer_start(parker.loop, &early, suite_in_ms(parker.loop, 5), wake_parker, &parker));
    start(&parker, park_then_stop, 6);
    now_advance_us(15000);
    loop_run(parker.loop);
    ck_assert(parker.woken);
    ck_assert_uint_eq(fiber_live(parker.loop), 0);
    now_thaw();
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(the_time_of_a_park_that_is_over_does_not_end_the_next_one)
{
    struct parker parker = {.loop = suite_loop()};
    const int64_t begun_ns = loop_now_ns(parker.loop);

    start(&parker, sleep_long_after_a_short_park, 60000);
    fiber_wake(parker.fiber);
    loop_run(parker.loop);
    ck_assert(parker.woken);
    ck_assert_int_ge(loop_now_ns(parker.loop) - begun_ns, 40 * MS);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(wakes_while_running_do_not_add_up)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, wake_self_twice_then_park_twice, 10);
    loop_run(parker.loop);
    ck_assert(parker.done && !parker.woken);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(a_cancelled_fiber_may_clean_up_under_a_shield)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, clean_up_under_a_shield, 60000);
    fiber_cancel(parker.fiber);
    loop_run(parker.loop);
    ck_assert(parker.woken);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(a_shielded_park_outlives_deadline_and_cancellation)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, shielded_sleep_of_20_ms, 5);
    fiber_cancel(parker.fiber);
    loop_run(parker.loop);
    ck_assert(parker.done && parker.woken);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(a_shield_lasts_no_longer_than_its_grace)
{
    struct parker parker = {.loop = suite_loop()};
    const int64_t begun_ns = loop_now_ns(parker.loop);

    start(&parker, shielded_park, 10);
    loop_run(parker.loop);
    ck_assert(parker.done && !parker.woken);
    ck_assert_int_ge(loop_now_ns(parker.loop) - begun_ns, 30 * MS);
    ck_assert_int_lt(loop_now_ns(parker.loop) - begun_ns, 500 * MS);
    ck_assert_str_eq(parker.fault.code, "deadline_exceeded");
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(cancelling_a_shielded_fiber_leaves_it_the_grace)
{
    struct parker parker = {.loop = suite_loop()};
    const int64_t begun_ns = loop_now_ns(parker.loop);

    start(&parker, shielded_park, 60000);
    fiber_cancel(parker.fiber);
    loop_run(parker.loop);
    ck_assert(parker.done && !parker.woken);
    ck_assert_int_lt(loop_now_ns(parker.loop) - begun_ns, 500 * MS);
    ck_assert_str_eq(parker.fault.code, "cancelled");
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(above_the_limit_a_fiber_is_refused_at_once)
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
END_TEST

START_TEST(a_fiber_started_by_a_fiber_runs_after_it_in_the_same_turn)
{
    struct parker parent = {.loop = suite_loop()};

    start(&parent, start_a_child, 1000);
    ck_assert(parent.done && !parent.ran);
    suite_run_ms(parent.loop, 0);
    ck_assert(parent.ran);
    loop_destroy(parent.loop);
}
END_TEST

START_TEST(fibers_that_keep_waking_each_other_do_not_starve_the_loop)
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
END_TEST

/* How many had run when the descriptors were looked at again. */
struct crowd {
    struct loop *loop;
    int ran;
    int ran_by_turn[8];
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

static void note_turn(void *data, uint32_t events)
{
    struct crowd *crowd = data;
    (void)events;
    if (crowd->turns < 8)
        crowd->ran_by_turn[crowd->turns] = crowd->ran;
    crowd->turns++;
    if (crowd->ran == 10)
        loop_stop(crowd->loop);
}

START_TEST(a_crowd_of_ready_fibers_lets_descriptors_be_looked_at)
{
    struct crowd crowd = {.loop = suite_loop()};
    struct loop_watch watch;
    struct fault fault;
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    ck_assert(loop_watch_add(crowd.loop, &watch, fds[0], EPOLLIN, note_turn, &crowd, &fault));
    now_freeze(0, 1000 * (int64_t)MS);
    for (int i = 0; i < 10; i++)
        ck_assert(fiber_start(crowd.loop, take_a_millisecond, &crowd, INT64_MAX, "test", &fault));
    fiber_cancel_all(crowd.loop);
    loop_run(crowd.loop);
    now_thaw();
    ck_assert_int_eq(crowd.ran_by_turn[0], 0);
    /* Three fill a turn, and one more may run before it is noticed. */
    ck_assert_int_le(crowd.ran_by_turn[1], 4);
    ck_assert_int_le(crowd.ran_by_turn[2], 8);
    ck_assert_int_eq(crowd.ran, 10);
    loop_watch_remove(crowd.loop, &watch);
    close(fds[0]);
    close(fds[1]);
    loop_destroy(crowd.loop);
}
END_TEST

START_TEST(rounding_and_callee_saved_state_stay_with_their_fiber)
{
    struct parker parker = {.loop = suite_loop()};
    const int before = fegetround();

    start(&parker, round_upward_across_a_park, 1000);
    ck_assert_int_eq(fegetround(), before);
    fiber_wake(parker.fiber);
    suite_run_ms(parker.loop, 0);
    ck_assert(parker.done && parker.woken);
    ck_assert_int_eq(fegetround(), before);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(deep_use_of_a_stack_shows_in_the_high_water_mark)
{
    struct parker parker = {.loop = suite_loop()};

    start(&parker, park_once, 1000);
    const size_t shallow = fiber_stack_high_water(parker.loop);
    fiber_wake(parker.fiber);
    suite_run_ms(parker.loop, 0);
    start(&parker, use_32_kb, 1000);
    const size_t deep = fiber_stack_high_water(parker.loop);
    printf("stack of %d KiB: parked %zu bytes, after using 32 KiB %zu bytes\n",
           FIBER_STACK_SIZE / 1024, shallow, deep);
    ck_assert_uint_gt(shallow, 0);
    ck_assert_uint_le(shallow, FIBER_STACK_SIZE / 4);
    ck_assert_uint_ge(deep, 32 * 1024);
    ck_assert_uint_le(deep, FIBER_STACK_SIZE);
    loop_destroy(parker.loop);
}
END_TEST

START_TEST(overflowing_a_stack_hits_the_guard_page)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0)
        die_of_overflow();
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "status %x",
                  (unsigned)status);
}
END_TEST

START_TEST(stacks_not_needed_for_a_while_are_given_back)
{
    enum { BURST = 400 };
    static struct parker parkers[BURST];
    struct loop *loop = suite_loop();

    for (int i = 0; i < BURST; i++) {
        parkers[i] = (struct parker){.loop = loop};
        start(&parkers[i], park_once, 10);
    }
    const long during = mappings();
    /* Sixteen every tenth of a second: the loop is not held by it. */
    suite_run_ms(loop, 3500);
    const long after = mappings();
    ck_assert_uint_eq(fiber_live(loop), 0);
    ck_assert_int_gt(during - after, BURST);
    loop_destroy(loop);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("fiber");

    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, a_fiber_runs_at_once_until_it_parks);
    tcase_add_test(tests, a_wake_before_the_park_is_not_lost);
    tcase_add_test(tests, wakes_do_not_add_up);
    tcase_add_loop_test(tests, every_park_ends_by_the_earlier_of_deadline_and_until, 0,
                        (int)(sizeof(ends) / sizeof(ends[0])));
    tcase_add_test(tests, a_later_park_may_end_earlier_or_later_than_the_one_before);
    tcase_add_test(tests, sleeping_past_the_deadline_fails_at_the_deadline);
    tcase_add_test(tests, a_wake_does_not_shorten_a_sleep);
    tcase_add_test(tests, sleeping_for_nothing_still_lets_the_loop_turn);
    tcase_add_test(tests, the_running_fiber_may_move_its_deadline);
    tcase_add_test(tests, cancelling_ends_the_present_park_and_all_later_ones);
    tcase_add_test(tests, cancelling_all_reaches_every_fiber);
    tcase_add_test(tests, a_wake_counts_when_the_deadline_passes_in_the_same_turn);
    tcase_add_test(tests, a_deadline_that_passes_after_the_wake_in_the_same_turn_does_not_count);
    tcase_add_test(tests, the_time_of_a_park_that_is_over_does_not_end_the_next_one);
    tcase_add_test(tests, wakes_while_running_do_not_add_up);
    tcase_add_test(tests, a_cancelled_fiber_may_clean_up_under_a_shield);
    tcase_add_test(tests, a_shielded_park_outlives_deadline_and_cancellation);
    tcase_add_test(tests, a_shield_lasts_no_longer_than_its_grace);
    tcase_add_test(tests, cancelling_a_shielded_fiber_leaves_it_the_grace);
    tcase_add_test(tests, above_the_limit_a_fiber_is_refused_at_once);
    tcase_add_test(tests, a_fiber_started_by_a_fiber_runs_after_it_in_the_same_turn);
    tcase_add_test(tests, fibers_that_keep_waking_each_other_do_not_starve_the_loop);
    tcase_add_test(tests, a_crowd_of_ready_fibers_lets_descriptors_be_looked_at);
    tcase_add_test(tests, rounding_and_callee_saved_state_stay_with_their_fiber);
    tcase_add_test(tests, deep_use_of_a_stack_shows_in_the_high_water_mark);
    tcase_add_test(tests, overflowing_a_stack_hits_the_guard_page);
    tcase_add_test(tests, stacks_not_needed_for_a_while_are_given_back);
    return suite_main("fiber", tests);
}
