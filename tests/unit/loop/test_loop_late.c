// SPDX-License-Identifier: MIT
/* The process was stopped, or a fiber computed for long: events that arrived meanwhile are handled
 * before timeouts, and waits that begin afterwards have their full time. */
#include <sys/eventfd.h>
#include <unistd.h>

#include "held_clock.h"
#include "parker.h"
#include "suite.h"
#include "support/test.h"

TEST_CASE("loop_late", .setup = hold_clock, .teardown = now_thaw);

enum { LONG_MS = 3000, SHORT_MS = 500 };

/* A fiber that waits for an answer for at most SHORT_MS. */
struct asker {
    struct loop *loop;
    struct loop_watch watch;
    struct loop_timer timer;
    int fd;
    bool is_answered;
    bool gave_up;
};

static void give_up(void *data)
{
    struct asker *asker = data;

    asker->gave_up = true;
    loop_stop(asker->loop);
}

static void take_answer(void *data, uint32_t events)
{
    struct asker *asker = data;

    asker->is_answered = true;
    loop_timer_stop(asker->loop, &asker->timer);
    loop_stop(asker->loop);
}

static void ask(struct asker *asker)
{
    struct fault fault;

    *asker = (struct asker){.loop = suite_loop(), .watch = {.fd = -1}};
    asker->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    ck_assert(
        loop_watch_add(asker->loop, &asker->watch, asker->fd, EPOLLIN, take_answer, asker, &fault));
    ck_assert(loop_timer_start(asker->loop, &asker->timer, suite_in_ms(asker->loop, SHORT_MS),
                               give_up, asker));
}

static void answer(const struct asker *asker)
{
    ck_assert_int_eq(eventfd_write(asker->fd, 1), 0);
}

static void finish(struct asker *asker)
{
    loop_run(asker->loop);
    ck_assert(asker->is_answered && !asker->gave_up);
    /* The timer was stopped, so it does not fire later. */
    suite_run_ms(asker->loop, LONG_MS);
    ck_assert(!asker->gave_up);
    loop_watch_remove(asker->loop, &asker->watch);
    close(asker->fd);
    loop_destroy(asker->loop);
}

static void compute(void *data)
{
    answer(data);
    now_advance_us(LONG_MS * US_PER_MS);
}

TEST(answer_received_during_a_callback_precedes_the_timeout)
{
    struct loop_timer timer = {0};
    struct asker asker;

    ask(&asker);
    ck_assert(loop_timer_start(asker.loop, &timer, suite_in_ms(asker.loop, 1), compute, &asker));
    finish(&asker);
}

TEST(answer_received_while_stopped_precedes_the_timeout)
{
    struct asker asker;

    ask(&asker);
    answer(&asker);
    interrupt_us = LONG_MS * US_PER_MS;
    finish(&asker);
}

static void sleep_after_work(void *data)
{
    struct parker *parker = data;

    now_advance_us(LONG_MS * US_PER_MS);
    const int64_t begun_ns = now_mono_ns();
    ck_assert(fiber_sleep(SHORT_MS * MS, &parker->fault));
    ck_assert_int_ge(now_mono_ns() - begun_ns, SHORT_MS * MS);
    parker->done = true;
    loop_stop(parker->loop);
}

static void park_after_work(void *data)
{
    struct parker *parker = data;

    now_advance_us(LONG_MS * US_PER_MS);
    const int64_t begun_ns = now_mono_ns();
    ck_assert(!fiber_park(suite_in_ms(parker->loop, SHORT_MS), &parker->fault));
    ck_assert_int_ge(now_mono_ns() - begun_ns, SHORT_MS * MS);
    parker->done = true;
    loop_stop(parker->loop);
}

static fiber_fn *const waits[] = {sleep_after_work, park_after_work};

struct starter {
    struct parker parker;
    fiber_fn *run;
};

static void start_wait(void *data)
{
    struct starter *starter = data;

    start(&starter->parker, starter->run, 60000);
}

/* In a running loop, which has read its clock before. */
TEST_ROWS(wait_started_after_long_work_has_its_full_time, waits)
{
    struct starter starter = {.parker = {.loop = suite_loop()}, .run = *row};
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(starter.parker.loop, &timer, suite_in_ms(starter.parker.loop, 1),
                               start_wait, &starter));
    loop_run(starter.parker.loop);
    ck_assert(starter.parker.done);
    loop_destroy(starter.parker.loop);
}

/* Long work between the start of a wait and the next poll of the descriptors does not end the wait
 * before that poll. */
static void wait_while_another_works(void *data)
{
    struct parker *parker = data;

    parker->until_ns = suite_in_ms(parker->loop, SHORT_MS);
    now_advance_us(LONG_MS * US_PER_MS);
    park_then_stop(data);
}

static void wake(void *data, uint32_t events)
{
    struct parker *parker = data;

    if (parker->fiber != NULL && !parker->done)
        fiber_wake(parker->fiber);
}

TEST(expired_wait_still_polls_descriptors)
{
    struct starter starter = {.parker = {.loop = suite_loop()}, .run = wait_while_another_works};
    struct loop *loop = starter.parker.loop;
    struct loop_timer timer = {0};
    struct loop_watch watch = {.fd = -1};
    struct fault fault;
    const int fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);

    ck_assert(loop_watch_add(loop, &watch, fd, EPOLLIN, wake, &starter.parker, &fault));
    ck_assert(loop_timer_start(loop, &timer, suite_in_ms(loop, 1), start_wait, &starter));
    loop_run(loop);
    ck_assert(starter.parker.woken);
    loop_watch_remove(loop, &watch);
    close(fd);
    loop_destroy(loop);
}
