// SPDX-License-Identifier: MIT
/* A loop with many requests polls the kernel for some microseconds before it sleeps. */
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "loop/fiber.h"
#include "loop/loop.h"

#include "suite.h"
#include "support/patience.h"
#include "support/test.h"

TEST_CASE("loop poll");

enum { FIBERS = 32 };

/* Signals itself `left` more times, once for each signal received. */
struct bell {
    struct loop_watch watch;
    int left;
    int heard;
};

static void ring(const struct bell *bell)
{
    ck_assert_int_eq(eventfd_write(bell->watch.fd, 1), 0);
}

static void hear(void *data, uint32_t events)
{
    struct bell *bell = data;
    eventfd_t value;

    ck_assert_int_eq(eventfd_read(bell->watch.fd, &value), 0);
    bell->heard++;
    if (bell->left-- > 0)
        ring(bell);
}

static void sleep_long(void *data)
{
    struct fault fault;

    (void)!fiber_sleep(10000 * INT64_C(1000000), &fault);
}

static int64_t cpu_ns(void)
{
    struct timespec used;

    ck_assert_int_eq(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used), 0);
    return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

static void start_bell(struct loop *loop, struct bell *bell)
{
    struct fault fault;
    const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    ck_assert(loop_watch_add(loop, &bell->watch, fd, EPOLLIN, hear, bell, &fault));
    ring(bell);
}

static void stop_bell(struct loop *loop, struct bell *bell)
{
    const int fd = bell->watch.fd;

    loop_watch_remove(loop, &bell->watch);
    close(fd);
}

static void start_fibers(struct loop *loop)
{
    struct fault fault;

    for (int i = 0; i < FIBERS; i++)
        ck_assert(fiber_start(loop, sleep_long, NULL, loop_now_ns(loop) + 20000 * INT64_C(1000000),
                              "poll", &fault));
}

#define run_loop(ms) suite_run_ms(loop, ms)

TEST(loop_with_waiting_fibers_sleeps_without_events)
{
    struct loop *loop = suite_loop();
    struct bell bell = {.left = 10};

    start_fibers(loop);
    start_bell(loop, &bell);
    wait_by(run_loop, bell.heard == 11, "the bell is heard %d times, not 11", bell.heard);
    const int64_t before_ns = cpu_ns();
    suite_run_ms(loop, 200);
    ck_assert_int_eq(bell.heard, 11);
    ck_assert_int_lt(cpu_ns() - before_ns, 50 * MS);
    stop_bell(loop, &bell);
    loop_finish_fibers(loop, MS);
    loop_destroy(loop);
}

TEST(loop_with_constant_events_still_fires_its_timers)
{
    struct loop *loop = suite_loop();
    struct bell bell = {.left = 1000000000};

    start_fibers(loop);
    start_bell(loop, &bell);
    /* Each run ends by a timer. In one of the runs a busy machine may have kept the loop from
     * running. */
    wait_by(run_loop, bell.heard > 100, "the bell is heard %d times only", bell.heard);
    stop_bell(loop, &bell);
    loop_finish_fibers(loop, MS);
    loop_destroy(loop);
}
