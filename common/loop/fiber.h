// SPDX-License-Identifier: MIT
/* A request's own small stack, so that a handler reads from top to bottom while each wait inside
 * db_, cache_ or http_client_ gives the loop back.
 *
 * A fiber has a deadline from birth. Every park ends by it with FAULT_TIMEOUT; there is no wait
 * without one. Stacks are mapped with a guard page below, 64 KiB, pooled; x86-64 switches by hand
 * (no system call), other CPUs and ThreadSanitizer's builds by ucontext. Sanitizers are told.
 */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "loop/loop.h"

/* Sanitizers need room for what they put around variables. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FIBER_STACK_KIB 256
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FIBER_STACK_KIB 256
#endif
#if !defined(FIBER_STACK_KIB)
#define FIBER_STACK_KIB 64
#endif
enum { FIBER_STACK_SIZE = FIBER_STACK_KIB * 1024, FIBER_POOL_KEPT = 1024 };

struct fiber;

typedef void fiber_fn(void *data);

/* Starts `run` at once on a stack of its own, until it parks for the first time or ends, then
 * returns. At most `fiber_limit` live (see fiber_set_limit): false with FAULT_UNAVAILABLE
 * "overloaded". May be called from a fiber too: the new one is then run later in the same turn.
 * `deadline_ns` INT64_MAX: none, for a service's own background work, each of whose waits then
 * names its `until_ns`. `label`: static text, for the watchdog. */
bool fiber_start(struct loop *loop, fiber_fn *run, void *data, int64_t deadline_ns,
                 const char *label, struct fault *fault) MUST_CHECK;

void fiber_set_limit(struct loop *loop, size_t limit); /* default 1024 */
size_t fiber_live(const struct loop *loop);

/* The running fiber, NULL outside. */
struct fiber *fiber_current(void);
struct loop *fiber_loop(const struct fiber *fiber);
int64_t fiber_deadline_ns(const struct fiber *fiber);

/* Gives the loop back until fiber_wake(), or the earlier of `until_ns` and the fiber's deadline
 * (`until_ns` 0: the deadline alone), or fiber_cancel(). True when woken. False with FAULT_TIMEOUT
 * "deadline_exceeded" or, cancelled, FAULT_UNAVAILABLE "cancelled": what was waited for must then
 * be told to forget this fiber. A wake that came before the park is not lost: it returns at once;
 * so wait for a condition in a loop around the park. */
bool fiber_park(int64_t until_ns, struct fault *fault) MUST_CHECK;

/* Makes a parked fiber ready; it runs later in this turn. Wakes do not add up. */
void fiber_wake(struct fiber *fiber);

/* Its present park and all later ones fail. */
void fiber_cancel(struct fiber *fiber);
void fiber_cancel_all(struct loop *loop);

/* Lets at least the descriptors have a turn, even with `ns` 0. */
bool fiber_sleep(int64_t ns, struct fault *fault) MUST_CHECK;

/* A fair line of fibers for something scarce. The caller's memory, zeroed. */
struct fiber_queue {
    struct fiber_waiter *first;
    struct fiber_waiter **last;
    size_t count;
};
/* Waits for a turn in line; false as fiber_park() (and the line forgets the fiber). At most
 * `limit` wait, else at once FAULT_UNAVAILABLE "overloaded". */
bool fiber_queue_wait(struct fiber_queue *queue, size_t limit, int64_t until_ns,
                      struct fault *fault) MUST_CHECK;
/* Hands the turn to the first in line: true, and that fiber's wait will return true. False when
 * nobody waits. */
bool fiber_queue_wake_one(struct fiber_queue *queue);

/* Deepest use of any stack so far in bytes (from the pages touched), for a test and a metric. */
size_t fiber_stack_high_water(const struct loop *loop);
