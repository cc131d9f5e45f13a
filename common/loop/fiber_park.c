// SPDX-License-Identifier: MIT
/* Waiting of fibers: parking, waking, deadlines, cancelling. */
#include <assert.h>
#include <string.h>

#include "base/number.h"
#include "loop/fiber_private.h"

static int64_t add_ns_saturating(int64_t ns, int64_t added_ns)
{
    int64_t sum;

    return __builtin_add_overflow(ns, added_ns, &sum) ? INT64_MAX : sum;
}

static void end_park(struct fiber *fiber, enum fiber_end reason)
{
    fiber->end = reason;
    fiber_make_ready(fiber);
}

static bool start_park_timer(struct fiber *fiber);

static void on_park_timer(void *data)
{
    struct fiber *fiber = data;

    /* The fiber was already woken in this iteration, and the wake takes precedence over the
     * timer. */
    if (fiber->state != FIBER_PARKED)
        return;
    if (fiber->park_ns > loop_polled_ns(fiber->scheduler->loop) && start_park_timer(fiber))
        return;
    end_park(fiber, fiber->park_ns >= fiber->deadline_ns ? FIBER_DEADLINE : FIBER_UNTIL);
}

static bool start_park_timer(struct fiber *fiber)
{
    struct loop_timer *timer = &fiber->timer;

    if (timer->slot != 0 && timer->due_ns <= fiber->park_ns)
        return true;
    if (fiber->park_ns == INT64_MAX)
        return true;
    return loop_timer_start(fiber->scheduler->loop, timer, fiber->park_ns, on_park_timer, fiber);
}

/* Parks the running fiber. If `always_yields`, it parks even if `until_ns` has passed. */
static enum fiber_end park_current(int64_t until_ns, bool always_yields)
{
    struct fiber *fiber = fiber_current();

    assert(fiber != NULL);
    const int64_t limit = fiber->deadline_ns;

    if (fiber->cancelled)
        return FIBER_CANCELLED;
    if (fiber->woken) {
        fiber->woken = false;
        return FIBER_WOKEN;
    }
    fiber->park_ns = until_ns != 0 ? number_min(until_ns, limit) : limit;
    const bool past = fiber->park_ns <= loop_polled_ns(fiber->scheduler->loop);
    if (past && fiber->park_ns == limit)
        return FIBER_DEADLINE;
    if (past && !always_yields)
        return FIBER_UNTIL;
    if (!start_park_timer(fiber))
        return FIBER_NO_MEMORY;
    fiber->state = FIBER_PARKED;
    fiber_context_switch(&fiber->context, &fiber->scheduler->outside);
    return fiber->end;
}

bool fiber_was_cancelled(const struct fault *fault)
{
    return fault->kind == FAULT_UNAVAILABLE && strcmp(fault->code, "cancelled") == 0;
}

static bool set_park_fault(enum fiber_end end, struct fault *fault)
{
    if (end == FIBER_CANCELLED)
        return fault_set(fault, FAULT_UNAVAILABLE, "cancelled", "The work was called off.");
    if (end == FIBER_NO_MEMORY)
        return fault_out_of_memory(fault, "a timer");
    return fault_set(fault, FAULT_TIMEOUT, "deadline_exceeded", "The answer did not come in time.");
}

bool fiber_park(int64_t until_ns, struct fault *fault)
{
    const enum fiber_end end = park_current(until_ns, false);

    return end == FIBER_WOKEN || set_park_fault(end, fault);
}

bool fiber_sleep(int64_t ns, struct fault *fault)
{
    const struct loop *loop = fiber_loop(fiber_current());
    /* If `ns` is 0, the timer is due a nanosecond after the poll, because a timer that is already
     * due would fire in this iteration. */
    const int64_t until_ns =
        ns > 0 ? add_ns_saturating(loop_now_ns(loop), ns) : loop_polled_ns(loop) + 1;
    enum fiber_end end;

    do {
        end = park_current(until_ns, true);
    } while (end == FIBER_WOKEN);
    return end == FIBER_UNTIL || set_park_fault(end, fault);
}

void fiber_wake(struct fiber *fiber)
{
    switch (fiber->state) {
    case FIBER_PARKED:
        end_park(fiber, FIBER_WOKEN);
        break;
    case FIBER_READY:
        /* If the fiber's park timed out or was cancelled, but the fiber has not run since, the wake
         * takes precedence. If the fiber has never run, the wake is kept for its first park. */
        if (fiber->begun)
            fiber->end = FIBER_WOKEN;
        else
            fiber->woken = true;
        break;
    case FIBER_RUNNING:
        fiber->woken = true;
        break;
    case FIBER_ENDED:
        break;
    }
}

void fiber_cancel(struct fiber *fiber)
{
    if (fiber->cancelled)
        return;
    fiber->cancelled = true;
    if (fiber->state == FIBER_PARKED)
        end_park(fiber, FIBER_CANCELLED);
}

void fiber_cancel_all(struct loop *loop)
{
    struct fiber *fiber;

    LIST_FOREACH (fiber, &loop->fibers->live, of_live)
        fiber_cancel(fiber);
}
