// SPDX-License-Identifier: MIT
/* A function with a stack of its own, so that a handler reads from top to bottom while each wait
 * inside db_, cache_ or http_client_ lets the thread run others.
 *
 * A fiber gets a deadline when it starts. Every park ends by then with FAULT_TIMEOUT. With the
 * deadline INT64_MAX only `until_ns` bounds a park.
 *
 * A stack has 64 KiB and a guard page below; stacks are reused. On x86-64 switching needs no system
 * call; other CPUs and builds with ThreadSanitizer use ucontext. The sanitizers are informed of
 * every switch.
 */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include "base/fault.h"
#include "base/sanitizer.h"
#include "loop/loop.h"

/* The sanitizers put red zones around variables, so frames are larger. */
#if defined(UNDER_ASAN) || defined(UNDER_TSAN)
#define FIBER_STACK_KIB 256
#else
#define FIBER_STACK_KIB 64
#endif
enum { FIBER_STACK_SIZE = FIBER_STACK_KIB * 1024, FIBER_POOL_KEPT = 1024 };

struct fiber;

typedef void fiber_fn(void *data);

/* Runs `run` on a stack of its own until it parks for the first time or ends, then returns. When it
 * is called from a fiber, the new fiber runs later in the same iteration. At most as many fibers
 * live as fiber_set_limit() allows; beyond that false with FAULT_UNAVAILABLE "overloaded".
 * `deadline_ns` INT64_MAX is for background work of a service, whose waits all name an `until_ns`.
 * `label`: static text, for the watchdog. */
bool fiber_start(struct loop *loop, fiber_fn *run, void *data, int64_t deadline_ns,
                 const char *label, struct fault *fault) MUST_CHECK;

void fiber_set_limit(struct loop *loop, size_t limit); /* default 1024 */
size_t fiber_live(const struct loop *loop);

/* The running fiber, NULL outside. */
struct fiber *fiber_current(void);
struct loop *fiber_loop(const struct fiber *fiber);
int64_t fiber_deadline_ns(const struct fiber *fiber);
/* Applies from the next park on. For work of unknown length, done in steps that each have a limit.
 */
void fiber_set_deadline(struct fiber *fiber, int64_t deadline_ns);

/* Stops the running fiber until fiber_wake(), fiber_cancel(), or the earlier of `until_ns` and its
 * deadline (`until_ns` 0: the deadline alone). True when it was woken. False with FAULT_TIMEOUT
 * "deadline_exceeded" or FAULT_UNAVAILABLE "cancelled"; the caller then removes every pointer to
 * this fiber that it has stored elsewhere. If the wake came before the park, the park returns at
 * once. So park in a loop around the awaited condition. */
bool fiber_park(int64_t until_ns, struct fault *fault) MUST_CHECK;

/* True when `fault` came from a park of a fiber that was cancelled. */
bool fiber_was_cancelled(const struct fault *fault);

/* Makes a parked fiber ready; it runs later in this iteration. Two wakes before it runs count as
 * one. */
void fiber_wake(struct fiber *fiber);

/* The fiber's present park and all later ones fail. */
void fiber_cancel(struct fiber *fiber);
void fiber_cancel_all(struct loop *loop);

/* Yields to the loop at least once, even with `ns` 0, so that ready sockets are served. */
bool fiber_sleep(int64_t ns, struct fault *fault) MUST_CHECK;

/* A FIFO queue of fibers that wait for a resource. The caller's memory, zeroed. */
struct fiber_queue {
    STAILQ_HEAD(, fiber_waiter) waiters;
    size_t count;
};
/* Waits until fiber_queue_wake_one() reaches this fiber. False as fiber_park(); the fiber is then
 * no longer in the queue. When `limit` fibers wait already: at once FAULT_UNAVAILABLE "overloaded".
 */
bool fiber_queue_wait(struct fiber_queue *queue, size_t limit, int64_t until_ns,
                      struct fault *fault) MUST_CHECK;
/* Wakes the first fiber in the queue: true, and its fiber_queue_wait() will return true. False when
 * no fiber waits. */
bool fiber_queue_wake_one(struct fiber_queue *queue);
