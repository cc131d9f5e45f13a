// SPDX-License-Identifier: MIT
/* A counting semaphore with a fair queue. It limits concurrent operations such as searches. Tenants
 * take turns: however many requests of one tenant wait, the first request of another tenant comes
 * next. If the queue is full, the last request of the tenant with the most waiting requests is
 * refused. */
#pragma once

#include "base/uuid.h"
#include "loop/fiber.h"
#include "loop/loop.h"

enum {
    SEMAPHORE_SEARCHES = 4,  /* concurrent searches; each uses up to 8 MB besides documents */
    SEMAPHORE_SLOTS_MAX = 8, /* the most slots of any semaphore */
    SEMAPHORE_WAIT_MAX = 64, /* the longest queue; further requests are refused */
    SEMAPHORE_WAIT_MS = 2000 /* the longest wait; then the request is refused */
};

struct semaphore;

/* Returns new. At most SEMAPHORE_SLOTS_MAX slots. */
struct semaphore *semaphore_create(size_t slots, struct fault *fault) MUST_CHECK;
void semaphore_destroy(struct semaphore *semaphore); /* NULL is allowed */

/* Waits for a slot. Must run in a fiber. False: FAULT_UNAVAILABLE "overloaded", or the fiber was
 * cancelled. */
bool semaphore_acquire(struct semaphore *semaphore, const struct loop *loop,
                       const struct uuid *tenant_id, struct fault *fault) MUST_CHECK;
void semaphore_release(struct semaphore *semaphore, const struct uuid *tenant_id);
