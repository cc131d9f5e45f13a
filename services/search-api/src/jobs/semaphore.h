// SPDX-License-Identifier: MIT
/* How many requests do something at once, searches of whatever kind above all. The others wait, and
 * tenants take turns: however many requests of one wait, the first of another comes next. Where too
 * many wait, the tenant with the most of them loses the last. */
#pragma once

#include "base/uuid.h"
#include "loop/fiber.h"
#include "loop/loop.h"

enum {
    SEMAPHORE_SEARCHES = 4,  /* of searches under way; each holds up to 8 MB, and rows */
    SEMAPHORE_SLOTS_MAX = 8, /* of any semaphore */
    SEMAPHORE_WAIT_MAX = 64, /* more are refused */
    SEMAPHORE_WAIT_MS = 2000 /* after which a request is refused too */
};

struct semaphore;

/* Returns new. NULL: no memory. At most SEMAPHORE_SLOTS_MAX seats. */
struct semaphore *semaphore_create(size_t seats, struct fault *fault) MUST_CHECK;
void semaphore_destroy(struct semaphore *semaphore); /* takes NULL */

/* Waits for a seat, in a fiber. False: FAULT_UNAVAILABLE "overloaded", or the fiber's time is over.
 */
bool semaphore_acquire(struct semaphore *semaphore, const struct loop *loop,
                       const struct uuid *tenant_id, struct fault *fault) MUST_CHECK;
void semaphore_release(struct semaphore *semaphore, const struct uuid *tenant_id);
