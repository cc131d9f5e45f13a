// SPDX-License-Identifier: MIT
/* How many searches are under way, of whatever kind. Who comes later waits in line. */
#pragma once

#include "loop/fiber.h"
#include "loop/loop.h"

enum {
    DESK_SEATS = 4,     /* under way at once; each holds up to 8 MB, and rows */
    DESK_WAIT_MAX = 64, /* more are refused */
    DESK_WAIT_MS = 2000 /* after which a search is refused too */
};

struct desk;

/* Returns new. NULL: no memory. */
struct desk *desk_create(struct fault *fault) MUST_CHECK;
void desk_destroy(struct desk *desk); /* takes NULL */

/* Waits for a seat, in a fiber. Who has one waits for PostgreSQL and threads alone. False:
 * FAULT_UNAVAILABLE "overloaded", or the fiber's time is over. */
bool desk_enter(struct desk *desk, const struct loop *loop, struct fault *fault) MUST_CHECK;
void desk_leave(struct desk *desk);
