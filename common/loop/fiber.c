// SPDX-License-Identifier: MIT
#include "loop/fiber.h"

#include <stdlib.h>

#include "base/now.h"
#include "loop/fiber_private.h"

enum {
    LIMIT_DEFAULT = 1024,
    BATCHES_MAX = 64,
    SLICE_NS = 2000000 /* maximum time of fibers in an iteration, before the next epoll_wait() */
};

static _Thread_local struct fiber *current;

struct fiber_scheduler *fiber_scheduler_create(struct loop *loop, struct fault *fault)
{
    struct fiber_scheduler *scheduler = fault_calloc(sizeof *scheduler, "fibers", fault);

    if (scheduler == NULL)
        return NULL;
    scheduler->loop = loop;
    scheduler->limit = LIMIT_DEFAULT;
    STAILQ_INIT(&scheduler->ready);
    return scheduler;
}

void fiber_make_ready(struct fiber *fiber)
{
    fiber->state = FIBER_READY;
    STAILQ_INSERT_TAIL(&fiber->scheduler->ready, fiber, of_ready);
}

static void fiber_recycle(struct fiber *fiber)
{
    struct fiber_scheduler *scheduler = fiber->scheduler;

    loop_timer_stop(scheduler->loop, &fiber->timer);
    LIST_REMOVE(fiber, of_live);
    scheduler->live_count--;
    fiber_context_finish(&fiber->context);
    fiber_stack_release(scheduler, fiber);
}

void fiber_scheduler_destroy(struct fiber_scheduler *scheduler)
{
    if (scheduler == NULL)
        return;
    while (!LIST_EMPTY(&scheduler->live))
        fiber_recycle(LIST_FIRST(&scheduler->live));
    fiber_stack_unmap_unused(scheduler);
    free(scheduler);
}

static void fiber_entry(void *data)
{
    struct fiber *fiber = data;

    fiber_context_notify_entered(&fiber->scheduler->outside);
    fiber->run(fiber->data);
    fiber->state = FIBER_ENDED;
    fiber_context_leave_forever(&fiber->context, &fiber->scheduler->outside);
}

static void fiber_resume(struct fiber *fiber)
{
    struct fiber_scheduler *scheduler = fiber->scheduler;
    const uint64_t begun = loop_read_cpu_ticks();

    fiber->state = FIBER_RUNNING;
    fiber->begun = true;
    current = fiber;
    fiber_context_switch(&scheduler->outside, &fiber->context);
    current = NULL;
    loop_watchdog_add_run(scheduler->loop, loop_read_cpu_ticks() - begun, fiber->label);
    if (fiber->state == FIBER_ENDED)
        fiber_recycle(fiber);
}

bool fiber_scheduler_is_late(const struct fiber_scheduler *scheduler)
{
    return now_mono_ns() - loop_polled_ns(scheduler->loop) > SLICE_NS;
}

/* Runs the ready fibers in batches. A batch is the ready list at its beginning; fibers that are
 * woken meanwhile run in the next batch. After BATCHES_MAX batches, or when the iteration has taken
 * SLICE_NS, the remaining fibers run after the next epoll_wait(). */
void fiber_scheduler_run(struct fiber_scheduler *scheduler)
{
    for (int batch = 0; batch < BATCHES_MAX && !STAILQ_EMPTY(&scheduler->ready); batch++) {
        struct fiber_list now = STAILQ_HEAD_INITIALIZER(now);
        STAILQ_CONCAT(&now, &scheduler->ready);
        while (!STAILQ_EMPTY(&now)) {
            struct fiber *fiber = STAILQ_FIRST(&now);
            STAILQ_REMOVE_HEAD(&now, of_ready);
            fiber_resume(fiber);
            if (STAILQ_EMPTY(&now) || !fiber_scheduler_is_late(scheduler))
                continue;
            /* Fibers of this batch that have not run go back to the front of the list. */
            STAILQ_CONCAT(&now, &scheduler->ready);
            STAILQ_CONCAT(&scheduler->ready, &now);
            return;
        }
    }
}

bool fiber_scheduler_has_ready(const struct fiber_scheduler *scheduler)
{
    return !STAILQ_EMPTY(&scheduler->ready);
}

bool fiber_start(struct loop *loop, fiber_fn *run, void *data, int64_t deadline_ns,
                 const char *label, struct fault *fault)
{
    struct fiber_scheduler *scheduler = loop->fibers;

    if (scheduler->live_count >= scheduler->limit)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many requests are running.");
    struct fiber *fiber = fiber_stack_acquire(scheduler);
    if (fiber == NULL)
        return fault_out_of_memory(fault, "a fiber");
    *fiber = (struct fiber){.scheduler = scheduler,
                            .deadline_ns = deadline_ns,
                            .run = run,
                            .data = data,
                            .label = label,
                            .stack = fiber->stack};
    fiber_context_make(&fiber->context, fiber->stack, (size_t)((char *)fiber - fiber->stack),
                       fiber_entry, fiber);
    LIST_INSERT_HEAD(&scheduler->live, fiber, of_live);
    scheduler->live_count++;
    if (current != NULL) {
        fiber_make_ready(fiber);
        return true;
    }
    if (!scheduler->outside_adopted)
        fiber_context_adopt(&scheduler->outside);
    scheduler->outside_adopted = true;
    fiber_resume(fiber);
    return true;
}

void fiber_set_limit(struct loop *loop, size_t fibers_max)
{
    loop->fibers->limit = fibers_max;
}

size_t fiber_count_live(const struct loop *loop)
{
    return loop->fibers->live_count;
}

struct fiber *fiber_current(void)
{
    return current;
}

struct loop *fiber_loop(const struct fiber *fiber)
{
    return fiber->scheduler->loop;
}

int64_t fiber_deadline_ns(const struct fiber *fiber)
{
    return fiber->deadline_ns;
}

void fiber_set_deadline(struct fiber *fiber, int64_t deadline_ns)
{
    fiber->deadline_ns = deadline_ns;
}
