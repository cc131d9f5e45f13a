// SPDX-License-Identifier: MIT
/* A loop with many requests polls the kernel for some microseconds before it sleeps. */
#include <sys/eventfd.h>

#include "suite.h"
#include "support/patience.h"

enum { FIBERS = 32 };

/* Signals itself `left` more times, once for each signal received. */
static struct {
    struct loop_watch watch;
    int left, heard;
} bell;

static void hear(void *data, uint32_t events)
{
    eventfd_t value;

    ck_assert_int_eq(eventfd_read(bell.watch.fd, &value), 0);
    bell.heard++;
    if (bell.left-- > 0)
        ck_assert_int_eq(eventfd_write(bell.watch.fd, 1), 0);
}

static void sleep_long(void *data)
{
    (void)!fiber_sleep(INT64_C(10000) * MS, &fault);
}

static int64_t cpu_ns(void)
{
    struct timespec used;

    ck_assert_int_eq(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used), 0);
    return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

/* A bell, and fibers that wait. */
static void begin(void)
{
    const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    suite_begin();
    memset(&bell, 0, sizeof bell);
    for (int i = 0; i < FIBERS; i++)
        ck_ok(fiber_start(loop, sleep_long, NULL, suite_in_ms(20000), "poll", &fault));
    ck_assert_int_ge(fd, 0);
    ck_ok(loop_watch_add(loop, &bell.watch, fd, EPOLLIN, hear, NULL, &fault));
    ck_assert_int_eq(eventfd_write(bell.watch.fd, 1), 0);
}

static void end(void)
{
    const int fd = bell.watch.fd;

    loop_watch_remove(loop, &bell.watch);
    close(fd);
    loop_finish_fibers(loop, MS);
    suite_end();
}

TEST_CASE("loop poll", .setup = begin, .teardown = end);

TEST(loop_with_waiting_fibers_sleeps_without_events)
{
    bell.left = 10;
    wait_by(suite_run_ms, bell.heard == 11, "the bell is heard %d times, not 11", bell.heard);
    const int64_t before_ns = cpu_ns();
    suite_run_ms(200);
    ck_assert_int_eq(bell.heard, 11);
    ck_assert_int_lt(cpu_ns() - before_ns, 50 * MS);
}

TEST(loop_with_constant_events_still_fires_its_timers)
{
    bell.left = 1000000000;
    /* Each run ends by a timer. In one of the runs a busy machine may have kept the loop from
     * running. */
    wait_by(suite_run_ms, bell.heard > 100, "the bell is heard %d times only", bell.heard);
}
