// SPDX-License-Identifier: MIT
/* A FIFO queue of fibers. fiber_queue_wake_one() sets a flag of the waiter, because a fiber may be
 * woken for other reasons too. The wake is never lost: it counts even if the fiber timed out or was
 * cancelled before it ran again. */
#include "loop/fiber.h"

struct fiber_waiter {
    struct fiber *fiber;
    STAILQ_ENTRY(fiber_waiter) of_queue;
    bool granted;
};

bool fiber_queue_wait(struct fiber_queue *queue, size_t waiters_max, int64_t until_ns,
                      struct fault *fault)
{
    struct fiber_waiter waiter = {.fiber = fiber_current()};

    if (queue->count >= waiters_max)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many requests are waiting.");
    if (queue->count == 0)
        STAILQ_INIT(&queue->waiters);
    STAILQ_INSERT_TAIL(&queue->waiters, &waiter, of_queue);
    queue->count++;
    while (!waiter.granted) {
        if (fiber_park(until_ns, fault))
            continue;
        STAILQ_REMOVE(&queue->waiters, &waiter, fiber_waiter, of_queue);
        queue->count--;
        return false;
    }
    return true;
}

bool fiber_queue_wake_one(struct fiber_queue *queue)
{
    struct fiber_waiter *waiter = STAILQ_FIRST(&queue->waiters);

    if (waiter == NULL)
        return false;
    STAILQ_REMOVE_HEAD(&queue->waiters, of_queue);
    queue->count--;
    waiter->granted = true;
    fiber_wake(waiter->fiber);
    return true;
}

void fiber_queue_wake_all(struct fiber_queue *queue)
{
    while (fiber_queue_wake_one(queue))
        continue;
}
