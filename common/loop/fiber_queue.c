// SPDX-License-Identifier: MIT
/* First come, first served. The grant is a flag of the waiter, because a fiber may be woken for
 * other reasons too. It cannot be lost: a wake counts even when the fiber's time was over, or it
 * was cancelled, before it ran again. */
#include "loop/fiber.h"

struct fiber_waiter {
    struct fiber *fiber;
    struct fiber_waiter *next;
    bool granted;
};

static void queue_append(struct fiber_queue *queue, struct fiber_waiter *waiter)
{
    if (queue->first == NULL)
        queue->last = &queue->first;
    *queue->last = waiter;
    queue->last = &waiter->next;
    queue->count++;
}

static void queue_leave(struct fiber_queue *queue, const struct fiber_waiter *waiter)
{
    struct fiber_waiter **at = &queue->first;

    while (*at != waiter)
        at = &(*at)->next;
    *at = waiter->next;
    if (waiter->next == NULL)
        queue->last = at;
    queue->count--;
}

bool fiber_queue_wait(struct fiber_queue *queue, size_t limit, int64_t until_ns,
                      struct fault *fault)
{
    struct fiber_waiter waiter = {.fiber = fiber_current()};

    if (queue->count >= limit)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many requests are waiting.");
    queue_append(queue, &waiter);
    while (!waiter.granted) {
        if (fiber_park(until_ns, fault))
            continue;
        queue_leave(queue, &waiter);
        return false;
    }
    return true;
}

bool fiber_queue_wake_one(struct fiber_queue *queue)
{
    struct fiber_waiter *waiter = queue->first;

    if (waiter == NULL)
        return false;
    queue->first = waiter->next;
    if (queue->first == NULL)
        queue->last = &queue->first;
    queue->count--;
    waiter->granted = true;
    fiber_wake(waiter->fiber);
    return true;
}
