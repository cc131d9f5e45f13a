// SPDX-License-Identifier: MIT
/* How long a test waits. In the gate (deploy/tapbot test, which sets TEST_SCOPE=gate) the speed of
 * the machine decides nothing. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
