// SPDX-License-Identifier: MIT
/* How long a test waits. In the gate (deploy/tapbot test, which sets TEST_SCOPE=gate) the speed of
 * the machine decides nothing. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static inline bool in_gate(void)
{
    const char *scope = getenv("TEST_SCOPE");

    return scope != NULL && strcmp(scope, "gate") == 0;
}

/* Whether a limit of time, memory or rate may be checked: everywhere but in the gate. The line
 * marks the suite for tests/support/ctest-report: if it fails, `test full` runs it once more,
 * alone. */
static inline bool is_timed(void)
{
    static bool printed;
    const bool timed = !in_gate();

    if (timed && !printed)
        fputs("this suite checks limits of time\n", stderr);
    printed = true;
    return timed;
}

/* Milliseconds to wait for what takes up to `ms` on a quiet machine: at least a minute, times
 * TEST_PATIENCE. */
static inline int64_t patience_ms(int64_t ms)
{
    const char *times = getenv("TEST_PATIENCE");
    const int64_t least = ms > 60000 ? ms : 60000;

    return times != NULL ? least * atoi(times) : least;
}

enum { WAIT_STEP_MS = 5 };

/* Real time, also where a test holds the clock of base/now.h. */
static inline int64_t wait_now_ms(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* Of this thread, because others use the machine. */
static inline int64_t cpu_now_us(void)
{
    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

static inline void wait_pause(int ms)
{
    usleep((useconds_t)ms * 1000);
}

/* Looks again and again whether `condition` is true, and calls `pause(ms)` in between. After
 * patience_ms() the check fails with the rest, a format of printf() and its values: what was
 * expected, and what was seen last. */
#define wait_by(pause, condition, ...)                                                             \
    do {                                                                                           \
        const int64_t wait_end_ms_ = wait_now_ms() + patience_ms(0);                               \
        while (!(condition)) {                                                                     \
            ck_assert_msg(wait_now_ms() < wait_end_ms_, "waited in vain: " __VA_ARGS__);           \
            pause(WAIT_STEP_MS);                                                                   \
        }                                                                                          \
    } while (0)
/* Outside of fibers: the thread sleeps. */
#define wait_until(condition, ...) wait_by(wait_pause, condition, __VA_ARGS__)
