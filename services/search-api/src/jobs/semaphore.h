// SPDX-License-Identifier: MIT
/* A counting semaphore with a fair queue. It limits concurrent operations such as searches. Tenants
 * take turns: however many requests of one tenant wait, the first request of another tenant comes
 * next. If the queue is full, the last request of the tenant with the most waiting requests is
 * refused. */
#pragma once

#include <sys/queue.h>

#include "base/uuid.h"
#include "loop/fiber.h"
#include "loop/loop.h"

enum {
    SEMAPHORE_SEARCHES = 4,  /* concurrent searches; each uses up to 8 MB besides documents */
    SEMAPHORE_SLOTS_MAX = 8, /* the most slots of any semaphore */
    SEMAPHORE_WAIT_MAX = 64, /* the longest queue; further requests are refused */
    SEMAPHORE_WAIT_MS = 2000 /* the longest wait; then the request is refused */
};

/* A request that is running or waits. Start-time fair queueing: its turn is the maximum of (1) the
 * turn of the tenant's previous request plus one, (2) the turn of the request admitted last. The
 * request with the lowest turn is admitted first. */
struct semaphore_request {
    struct uuid tenant_id;
    int64_t turn;
};

/* A semaphore, in the caller's memory. Its members belong to semaphore.c. */
struct semaphore {
    size_t slots;
    size_t running;
    struct semaphore_request admitted[SEMAPHORE_SLOTS_MAX]; /* the running requests */
    int64_t turn;                                           /* turn of the request admitted last */
    size_t waiting;
    TAILQ_HEAD(, semaphore_waiter) queue;
};

/* At most SEMAPHORE_SLOTS_MAX slots. */
void semaphore_init(struct semaphore *semaphore, size_t slots);

/* Waits for a slot. Must run in a fiber. False: FAULT_UNAVAILABLE "overloaded", or the fiber was
 * cancelled. */
bool semaphore_acquire(struct semaphore *semaphore, const struct loop *loop,
                       const struct uuid *tenant_id, struct fault *fault) MUST_CHECK;
void semaphore_release(struct semaphore *semaphore, const struct uuid *tenant_id);
