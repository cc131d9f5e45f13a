// SPDX-License-Identifier: MIT
/* How many requests do something at once, searches of whatever kind above all. The others wait, and
 * tenants take turns: however many requests of one wait, the first of another comes next. Where too
 * many wait, the tenant with the most of them loses the last. */
#pragma once

#include "base/uuid.h"
#include "loop/fiber.h"
#include "loop/loop.h"

enum {
    DESK_SEATS = 4,     /* of searches under way; each holds up to 8 MB, and rows */
    DESK_SEATS_MAX = 8, /* of any desk */
    DESK_WAIT_MAX = 64, /* more are refused */
    DESK_WAIT_MS = 2000 /* after which a request is refused too */
};

struct desk;

/* Returns new. NULL: no memory. At most DESK_SEATS_MAX seats. */
struct desk *desk_create(size_t seats, struct fault *fault) MUST_CHECK;
void desk_destroy(struct desk *desk); /* takes NULL */

/* Waits for a seat, in a fiber. False: FAULT_UNAVAILABLE "overloaded", or the fiber's time is over.
 */
bool desk_enter(struct desk *desk, const struct loop *loop, const struct uuid *tenant_id,
                struct fault *fault) MUST_CHECK;
void desk_leave(struct desk *desk, const struct uuid *tenant_id);
