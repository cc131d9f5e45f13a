// SPDX-License-Identifier: MIT
/* How many searches are under way, of whatever kind, or how many of them do something together. Who
 * comes later waits in line. */
#pragma once

#include "loop/fiber.h"
#include "loop/loop.h"

enum {
    DESK_SEATS = 4,     /* of searches under way; each holds up to 8 MB, and rows */
    DESK_WAIT_MAX = 64, /* more are refused */
    DESK_WAIT_MS = 2000 /* after which a search is refused too */
};

struct desk;

/* Returns new. NULL: no memory. */
struct desk *desk_create(size_t seats, struct fault *fault) MUST_CHECK;
void desk_destroy(struct desk *desk); /* takes NULL */

/* Waits for a seat, in a fiber. False:
 * FAULT_UNAVAILABLE "overloaded", or the fiber's time is over. */
bool desk_enter(struct desk *desk, const struct loop *loop, struct fault *fault) MUST_CHECK;
void desk_leave(struct desk *desk);
