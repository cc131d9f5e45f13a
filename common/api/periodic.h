// SPDX-License-Identifier: MIT
/* Periodic background work: every `every_ms` one fiber with a deadline, never two at once. A
 * failure does not end it. The first failure of a streak is logged ("task_failed"), each is counted
 * in background_failures_total{task="..."}, each run in background_runs_total. Any number of
 * processes may run the same task: its SQL must skip rows that another one has locked. */
#pragma once

#include "base/fault.h"
#include "loop/loop.h"

/* One run, in its fiber. */
typedef bool periodic_fn(void *data, struct fault *fault);

struct periodic_options {
    const char *name; /* static: the task's name in logs, metrics and the watchdog */
    periodic_fn *run;
    void *data;
    int64_t every_ms; /* from the end of a run to the next */
    int64_t limit_ms; /* deadline of a run */
    bool at_once;     /* the first run begins now, not after `every_ms` */
};

struct periodic;

/* Returns new; NULL with a fault when out of memory. */
struct periodic *periodic_start(struct loop *loop, const struct periodic_options *options,
                                struct fault *fault);
/* Lets the next run begin in `after_ms` at the latest, or as soon as the current one has ended.
 * Cheap: call it after creating work. Takes NULL. */
void periodic_soon(struct periodic *periodic, int64_t after_ms);
/* Takes NULL. No run begins any more; the current one is cancelled. Called in another fiber,
 * periodic_stop() waits until that run has ended, within the calling fiber's deadline; meanwhile
 * other fibers may call periodic_soon(). Called outside of a fiber, or in the run itself, it
 * returns at once: the run ends later, and its `data` must live until then. */
void periodic_stop(struct periodic *periodic);
