// SPDX-License-Identifier: MIT
/* The process was stopped, or a fiber computed for long: events that arrived meanwhile are handled
 * before timeouts, and waits that begin afterwards have their full time. */
#include <sys/eventfd.h>

#include "held_clock.h"
#include "parker.h"

enum { LONG_MS = 3000, SHORT_MS = 500 };

/* What a test waits for. */
static struct loop_watch watch;
static int fd;

static void begin(void)
{
    parker_begin();
    watch.fd = -1;
    fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

static void end(void)
{
    loop_watch_remove(loop, &watch);
    close(fd);
    suite_end();
}

TEST_CASE("loop_late", .setup = begin, .teardown = end);

/* Waits for an answer for at most SHORT_MS. */
static struct {
    struct loop_timer timer;
    bool is_answered, gave_up;
} asker;

static void give_up(void *data)
{
    asker.gave_up = true;
    loop_stop(loop);
}

static void take_answer(void *data, uint32_t events)
{
    asker.is_answered = true;
    loop_timer_stop(loop, &asker.timer);
    loop_stop(loop);
}

static void ask(void)
{
    memset(&asker, 0, sizeof asker);
    ck_ok(loop_watch_add(loop, &watch, fd, EPOLLIN, take_answer, NULL, &fault));
    suite_after_ms(&asker.timer, SHORT_MS, give_up, NULL);
}

static void finish(void)
{
    loop_run(loop);
    ck_assert(asker.is_answered && !asker.gave_up);
    /* The timer was stopped, so it does not fire later. */
    suite_run_ms(LONG_MS);
    ck_assert(!asker.gave_up);
}

static void compute(void *data)
{
    ck_assert_int_eq(eventfd_write(fd, 1), 0);
    now_advance_us(LONG_MS * US_PER_MS);
}

TEST(answer_received_during_a_callback_precedes_the_timeout)
{
    struct loop_timer timer = {0};

    ask();
    suite_after_ms(&timer, 1, compute, NULL);
    finish();
}

TEST(answer_received_while_stopped_precedes_the_timeout)
{
    ask();
    ck_assert_int_eq(eventfd_write(fd, 1), 0);
    interrupt_us = LONG_MS * US_PER_MS;
    finish();
}

static int64_t begun_ns;

static void work(void)
{
    now_advance_us(LONG_MS * US_PER_MS);
    begun_ns = now_mono_ns();
}

static void sleep_after_work(void *data)
{
    work();
    ck_assert(fiber_sleep(SHORT_MS * MS, &parker.fault));
    loop_stop(loop);
}

static void park_after_work(void *data)
{
    work();
    ck_assert(!fiber_park(suite_in_ms(SHORT_MS), &parker.fault));
    loop_stop(loop);
}

static fiber_fn *const waits[] = {sleep_after_work, park_after_work};

static void start_wait(void *data)
{
    start(&parker, *(fiber_fn *const *)data, 60000);
}

/* In a running loop, which has read its clock before. */
TEST_ROWS(wait_started_after_long_work_has_its_full_time, waits)
{
    fiber_fn *run = *row;
    struct loop_timer timer = {0};

    suite_after_ms(&timer, 1, start_wait, &run);
    loop_run(loop);
    ck_assert_int_gt(begun_ns, 0);
    ck_assert_int_ge(now_mono_ns() - begun_ns, SHORT_MS * MS);
}

/* Long work between the start of a wait and the next poll of the descriptors does not end the wait
 * before that poll. */
static void wait_while_another_works(void *data)
{
    parker.until_ns = suite_in_ms(SHORT_MS);
    now_advance_us(LONG_MS * US_PER_MS);
    park_then_stop(data);
}

static void wake(void *data, uint32_t events)
{
    if (parker.fiber != NULL && !parker.done)
        fiber_wake(parker.fiber);
}

TEST(expired_wait_still_polls_descriptors)
{
    fiber_fn *run = wait_while_another_works;
    struct loop_timer timer = {0};

    ck_assert_int_eq(eventfd_write(fd, 1), 0);
    ck_ok(loop_watch_add(loop, &watch, fd, EPOLLIN, wake, NULL, &fault));
    suite_after_ms(&timer, 1, start_wait, &run);
    loop_run(loop);
    ck_assert(parker.woken);
}
