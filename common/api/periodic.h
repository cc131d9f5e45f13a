// SPDX-License-Identifier: MIT
/* Periodic background work: every `every_ms` a fiber with a deadline runs the task, never two at
 * once. A failure does not end the task; only if there is no memory for the timer of the next run,
 * the task ends ("task_ended"). Of consecutive failures the first is logged ("task_failed"), as a
 * warning, and then one every 5 minutes, as an error.
 * background_failures_total{task="..."} counts failures, background_runs_total all runs. Any number
 * of processes may run the same task, so its SQL must skip locked rows. */
#pragma once

#include "base/fault.h"
#include "base/metric.h"
#include "loop/fiber.h"

/* One run of a task, in a fiber. */
typedef bool periodic_fn(void *data, struct fault *fault);

struct periodic_task {
    const char *name; /* static: in logs, metrics and the watchdog */
    periodic_fn *run;
    int64_t every_ms; /* time from the end of a run to the beginning of the next */
    int64_t limit_ms; /* deadline of a run */
    bool at_once;     /* the first run begins now, not after `every_ms` */
};

enum { PERIODIC_LABELS_MAX = 64 };

/* A started task. The caller owns its memory, usually in the object that the runs work on, and
 * zeroes it. Only periodic.c uses the members. */
struct periodic {
    struct loop *loop; /* NULL: not started */
    struct periodic_task task;
    void *data;
    struct loop_timer timer;
    struct fiber *fiber; /* fiber of the current run, or NULL */
    int64_t soon_ns;     /* when the next run begins at the latest; INT64_MAX: not requested */
    bool stopped;
    int64_t error_due_ns; /* a failure from this time on is an error; 0: the last run succeeded */
    struct fiber_queue stoppers;
    struct metric runs;
    struct metric failures;
    char labels[PERIODIC_LABELS_MAX];
};

/* Starts the task. `task` is copied; `data` is passed to each run. */
void periodic_start(struct periodic *periodic, struct loop *loop, const struct periodic_task *task,
                    void *data);
/* Requests that the next run begins in `after_ms` at the latest, or as soon as the current one has
 * ended. Cheap: call it after creating work. Does nothing if the task is not started or stopped. */
void periodic_run_soon(struct periodic *periodic, int64_t after_ms);
/* Stops the task: no run begins any more, the current one is cancelled. Does nothing if it is not
 * started. In another fiber it waits until the current run has ended, within the calling fiber's
 * deadline. Outside of fibers, and in the run itself, it returns at once: the run ends later, and
 * `periodic` and `data` must live until then. */
void periodic_stop(struct periodic *periodic);
