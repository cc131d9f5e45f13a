// SPDX-License-Identifier: MIT
/* A fiber is a function with a stack of its own. A handler in a fiber reads from top to bottom,
 * while each wait inside db_, cache_ or http_client_ lets the thread run other fibers.
 *
 * A fiber gets a deadline when it starts, a time of loop_now_ns(). Every park (wait) ends at the
 * deadline with FAULT_TIMEOUT. With the deadline INT64_MAX only its `until_ns` limits a park.
 *
 * A stack has 64 KiB and a guard page below; stacks are reused. On x86-64 switching needs no system
 * call; other CPUs and builds with ThreadSanitizer use ucontext. The sanitizers are informed of
 * every switch. */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include "base/fault.h"
#include "base/sanitizer.h"
#include "loop/loop.h"

/* Sanitizers put red zones around variables, so stack frames are larger. */
#if defined(UNDER_ASAN) || defined(UNDER_TSAN)
#define FIBER_STACK_KIB 256
#else
#define FIBER_STACK_KIB 64
#endif
enum { FIBER_STACK_SIZE = FIBER_STACK_KIB * 1024, FIBER_POOL_KEPT = 1024 };

struct fiber;

typedef void fiber_fn(void *data);

/* Starts a fiber: runs `run` until it parks for the first time or ends, then returns. If it is
 * called from a fiber, the new fiber runs later in the same iteration of the loop.
 * FAULT_UNAVAILABLE "overloaded" if fiber_count_live() has reached the limit of fiber_set_limit().
 * `deadline_ns` INT64_MAX is for background work of a service, whose waits all have an `until_ns`.
 * `label`: static text, for the watchdog. */
bool fiber_start(struct loop *loop, fiber_fn *run, void *data, int64_t deadline_ns,
                 const char *label, struct fault *fault) MUST_CHECK;

void fiber_set_limit(struct loop *loop, size_t fibers_max); /* default 1024 */
size_t fiber_count_live(const struct loop *loop); /* number of fibers that have not ended */

/* The running fiber; NULL outside of fibers. */
struct fiber *fiber_current(void);
struct loop *fiber_loop(const struct fiber *fiber);
int64_t fiber_deadline_ns(const struct fiber *fiber);
/* Changes the deadline for all later parks. Use it for work of unknown length that is done in
 * steps, each with a deadline of its own. */
void fiber_set_deadline(struct fiber *fiber, int64_t deadline_ns);

/* Stops the running fiber until fiber_wake(), fiber_cancel(), `until_ns`, or the fiber's deadline.
 * `until_ns` 0: the deadline alone. True if it was woken. False with FAULT_TIMEOUT
 * "deadline_exceeded" (also at `until_ns`), or FAULT_UNAVAILABLE "cancelled" or "out_of_memory";
 * the caller must then remove every pointer to this fiber that it has stored elsewhere. If the
 * fiber was woken before the park and is not cancelled, the park returns true at once, so park in a
 * loop that checks the awaited condition. */
bool fiber_park(int64_t until_ns, struct fault *fault) MUST_CHECK;

/* Whether `fault` came from a park of a cancelled fiber. */
bool fiber_was_cancelled(const struct fault *fault);

/* Makes a parked fiber ready; it runs later in this iteration of the loop. Two wakes before it runs
 * count as one. */
void fiber_wake(struct fiber *fiber);

/* If the fiber is parked, its fiber_park() fails. Every later fiber_park() of the fiber fails
 * too. */
void fiber_cancel(struct fiber *fiber);
void fiber_cancel_all(struct loop *loop);

/* Must run in a fiber. Parks the fiber for `ns` nanoseconds; if `ns` is 0, until the next iteration
 * of the loop, so that ready sockets are served. A wake does not end it. Fails as fiber_park(),
 * except at the end of `ns`. */
bool fiber_sleep(int64_t ns, struct fault *fault) MUST_CHECK;

/* A FIFO queue of fibers that wait for a resource. The caller owns its memory and zeroes it. */
struct fiber_queue {
    STAILQ_HEAD(, fiber_waiter) waiters;
    size_t count;
};
/* Waits until fiber_queue_wake_one() reaches this fiber. If the wait fails as in fiber_park(), the
 * fiber is no longer in the queue. FAULT_UNAVAILABLE "overloaded" if `waiters_max` fibers wait
 * already. */
bool fiber_queue_wait(struct fiber_queue *queue, size_t waiters_max, int64_t until_ns,
                      struct fault *fault) MUST_CHECK;
/* Wakes the first fiber, whose fiber_queue_wait() then returns true. False if none waits. */
bool fiber_queue_wake_one(struct fiber_queue *queue);
void fiber_queue_wake_all(struct fiber_queue *queue);
