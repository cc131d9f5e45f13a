// SPDX-License-Identifier: MIT
/* One thread, one epoll: descriptors, timers, signals, and the end of each iteration.
 *
 * An iteration: wait in epoll, call the watches that are ready, run the fibers they woke, fire due
 * timers, run woken fibers again, then the end-of-iteration hooks (where pipelines are flushed and
 * libraries driven from outside are run), until no fiber is ready. Callbacks never block.
 */
#pragma once

#include <stdint.h>
#include <sys/epoll.h>

#include "base/fault.h"

struct loop;
struct fiber;

/* Returns new; NULL with a fault when the kernel refuses. */
struct loop *loop_create(struct fault *fault);
/* Takes NULL. Everything that uses the loop is destroyed before it. */
void loop_destroy(struct loop *loop);

/* Runs until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* Runs the loop until no fiber lives, at most `limit_ns`; after half of it all fibers are
 * cancelled. Called before loop_destroy(), outside loop_run() and outside fibers. */
void loop_run_out(struct loop *loop, int64_t limit_ns);

/* Reads CLOCK_MONOTONIC in nanoseconds: the start of a wait. */
int64_t loop_now_ns(const struct loop *loop);
/* When this iteration polled the descriptors. Compare the deadlines of answers with this time, not
 * with loop_now_ns(): later data is still in its socket. */
int64_t loop_polled_ns(const struct loop *loop);

/* A descriptor in epoll and its callback. The caller's memory, which must not move while it is
 * added. It may be removed, and then freed, inside any callback. */
struct loop_watch {
    int fd; /* -1 while not added */
    uint32_t events;
    void (*ready)(void *data, uint32_t events);
    void *data;
};

bool loop_watch_add(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
                    void (*ready)(void *data, uint32_t events), void *data,
                    struct fault *fault) MUST_CHECK;
/* Makes no system call if nothing changes. With `events` 0 EPOLLHUP is reported once
 * (edge-triggered), not in every iteration. */
void loop_watch_change(struct loop *loop, struct loop_watch *watch, uint32_t events);
/* Call it before the descriptor is closed. A watch that is not added is ignored. */
void loop_watch_remove(struct loop *loop, struct loop_watch *watch);

/* A one-shot timer, the caller's memory, zeroed before first use. */
struct loop_timer {
    int64_t due_ns;
    void (*fire)(void *data);
    void *data;
    size_t slot; /* its index in the heap; 0: not running */
};

/* `due_ns` on the loop's clock; starting a running timer moves it. False when out of memory. */
bool loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t due_ns,
                      void (*fire)(void *data), void *data) MUST_CHECK;
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* Called once at the end of every iteration, in the order added. The caller's memory. */
struct loop_hook {
    /* True: progress was made, run the hooks (and woken fibers) again before waiting. */
    bool (*run)(void *data);
    void *data;
    struct loop_hook *next;
};

void loop_hook_add(struct loop *loop, struct loop_hook *hook, bool (*run)(void *data), void *data);
void loop_hook_remove(struct loop *loop, struct loop_hook *hook);

/* `handle` runs in the loop, not in signal context. At most 8 signals. Blocks the signal. */
bool loop_on_signal(struct loop *loop, int signo, void (*handle)(void *data, int signo), void *data,
                    struct fault *fault) MUST_CHECK;

/* The watchdog: the longest time for which this thread worked between two waits in epoll, and the
 * fiber that ran longest in it. Wall time is measured. Above 1 ms it is replaced by CPU time, which
 * costs too much (CLOCK_THREAD_CPUTIME_ID) to read at every switch. */
struct loop_held {
    int64_t longest_ns;
    const char *label; /* of the fiber that ran longest; "" when code outside fibers ran longer */
};
struct loop_held loop_held(const struct loop *loop);
/* loop_held_seconds_max{route=..} of this loop, which must live as long as the process. */
void loop_metrics_register(struct loop *loop);
