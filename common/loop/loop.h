// SPDX-License-Identifier: MIT
/* One thread, one epoll: descriptors, timers, signals, and the end of each iteration.
 *
 * An iteration: wait in epoll, call the watches that are ready, run the fibers they woke, fire due
 * timers, run woken fibers again, then call the hooks, which flush pipelines and run libraries that
 * have no thread of their own; repeat until no fiber is ready. Callbacks must not block. */
#pragma once

#include <stdint.h>
#include <sys/epoll.h>

#include "base/fault.h"

struct loop;

/* Returns new; NULL with a fault if the kernel refuses. */
struct loop *loop_create(struct fault *fault);
/* NULL is allowed. Destroy everything that uses the loop first. */
void loop_destroy(struct loop *loop);

/* Runs until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* Runs the loop until no fiber lives, at most `limit_ns`; after half of that time all fibers are
 * cancelled. Call it before loop_destroy(), not in loop_run() and not in a fiber. */
void loop_finish_fibers(struct loop *loop, int64_t limit_ns);

/* The present time of CLOCK_MONOTONIC in nanoseconds. */
int64_t loop_now_ns(const struct loop *loop);
/* The time at which this iteration polled the descriptors. Compare the deadlines of answers with
 * this time, not with loop_now_ns(): answers that arrived later have not been read yet. */
int64_t loop_polled_ns(const struct loop *loop);

/* A descriptor in epoll and its callback. The caller owns its memory, which must not move while the
 * watch is added. Any callback may remove a watch and then free it. */
struct loop_watch {
    int fd; /* -1 while not added */
    uint32_t events;
    void (*ready)(void *data, uint32_t events);
    void *data;
};

bool loop_watch_add(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
                    void (*ready)(void *data, uint32_t events), void *data,
                    struct fault *fault) MUST_CHECK;
/* Changes the awaited events. Makes no system call if `events` are already awaited. With `events` 0
 * EPOLLHUP is reported once (edge-triggered), not in every iteration. */
void loop_watch_change(struct loop *loop, struct loop_watch *watch, uint32_t events);
/* Call it before the descriptor is closed. Ignores a watch that is not added. */
void loop_watch_remove(struct loop *loop, struct loop_watch *watch);

/* A one-shot timer. The caller owns its memory and zeroes it. */
struct loop_timer {
    int64_t due_ns;
    void (*fire)(void *data);
    void *data;
    size_t slot; /* index in the heap; 0: the timer does not run */
};

/* Starts a timer, or changes the time of a running one. `due_ns` is a time of loop_now_ns(). False
 * if memory is out. */
bool loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t due_ns,
                      void (*fire)(void *data), void *data) MUST_CHECK;
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* A function called once at the end of every iteration, in the order in which hooks were added. The
 * caller owns its memory. */
struct loop_hook {
    /* Returns true if it made progress: the loop then runs woken fibers and all hooks again before
     * it waits. */
    bool (*run)(void *data);
    void *data;
    struct loop_hook *next;
};

void loop_hook_add(struct loop *loop, struct loop_hook *hook, bool (*run)(void *data), void *data);
void loop_hook_remove(struct loop *loop, struct loop_hook *hook);

/* Calls `handle` in the loop, not in signal context, when the signal arrives. Blocks the signal
 * (sigprocmask) in the calling thread. A loop handles at most 8 different signals. */
bool loop_on_signal(struct loop *loop, int signo, void (*handle)(void *data, int signo), void *data,
                    struct fault *fault) MUST_CHECK;

/* The watchdog: the longest time for which this thread worked between two waits in epoll, and the
 * fiber that ran longest in it. It is wall time. If the wall time exceeds 1 ms and the thread used
 * less CPU time, it is the CPU time; reading CLOCK_THREAD_CPUTIME_ID in every iteration would cost
 * too much. */
struct loop_held {
    int64_t longest_ns;
    const char *label; /* label of the fiber that ran longest; "" if other code ran longer */
};
struct loop_held loop_longest_held(const struct loop *loop);
/* Registers the metric loop_held_seconds_max{route=..}. The loop must live as long as the
 * process. */
void loop_metrics_register(struct loop *loop);
