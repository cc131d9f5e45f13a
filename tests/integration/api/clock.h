// SPDX-License-Identifier: MIT
/* Stops and moves the clock of the notes service. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "integration/program.h"

/* `what`: "go", or the milliseconds by which the clock moves before it is stopped; while it is
 * stopped no request times out. Returns the service's time in microseconds since 1970. */
static inline int64_t clock_set(const char *what)
{
    static struct reply reply;
    char path[40];

    snprintf(path, sizeof(path), "/v1/clock/%s", what);
    program_ask("POST", path, NULL, NULL, NULL, &reply);
    ck_assert_msg(reply.status == 200, "%ld %s", reply.status, reply.body);
    return strtoll(reply.body, NULL, 10);
}

static inline int64_t clock_move(int ms)
{
    char text[16];

    snprintf(text, sizeof(text), "%d", ms);
    return clock_set(text);
}

static inline void clock_go(void)
{
    (void)clock_set("go");
}
