// SPDX-License-Identifier: MIT
#include "api/periodic.h"

#include <stdio.h>

#include "base/log.h"
#include "base/now.h"

/* Time between errors of a task that keeps failing, less than the span in which health counts
 * errors (LOG_SPAN of probe_service.c). */
#define ERROR_EVERY_NS (300 * NS_PER_S)

static void schedule_next_run(struct periodic *periodic, int64_t after_ms);

static void log_failure_if_due(struct periodic *periodic, const struct fault *fault)
{
    const int64_t now_ns = loop_now_ns(periodic->loop);
    const bool is_first = periodic->error_due_ns == 0;

    if (now_ns < periodic->error_due_ns)
        return;
    LOG(is_first ? LOG_WARN : LOG_ERROR, "task_failed", fault->detail,
        log_str("task", periodic->task.name), log_str("kind", fault_kind_name(fault->kind)),
        log_str("code", fault->code));
    periodic->error_due_ns = now_ns + ERROR_EVERY_NS;
}

static void count_and_log_result(struct periodic *periodic, bool ok, const struct fault *fault)
{
    periodic->runs.value++;
    if (ok) {
        periodic->error_due_ns = 0;
        return;
    }
    periodic->failures.value++;
    log_failure_if_due(periodic, fault);
}

static void run_task(void *data)
{
    struct periodic *periodic = data;
    struct fault fault;

    periodic->fiber = fiber_current();
    const bool ok = periodic->task.run(periodic->data, &fault);
    periodic->fiber = NULL;
    if (!periodic->stopped) {
        count_and_log_result(periodic, ok, &fault);
        schedule_next_run(periodic, periodic->task.every_ms);
        return;
    }
    (void)!fiber_queue_wake_one(&periodic->stoppers);
}

/* Callback of the timer. It is called outside of fibers, so the run begins at once. */
static void start_run(void *data)
{
    struct periodic *periodic = data;
    const int64_t deadline_ns = loop_now_ns(periodic->loop) + periodic->task.limit_ms * NS_PER_MS;
    struct fault fault;

    periodic->soon_ns = INT64_MAX;
    if (fiber_start(periodic->loop, run_task, periodic, deadline_ns, periodic->task.name, &fault))
        return;
    count_and_log_result(periodic, false, &fault);
    schedule_next_run(periodic, periodic->task.every_ms);
}

static void schedule_next_run(struct periodic *periodic, int64_t after_ms)
{
    const int64_t usual_ns = loop_now_ns(periodic->loop) + after_ms * NS_PER_MS;
    const int64_t due_ns = usual_ns < periodic->soon_ns ? usual_ns : periodic->soon_ns;

    if (!loop_timer_start(periodic->loop, &periodic->timer, due_ns, start_run, periodic))
        LOG(LOG_ERROR, "task_ended", "No memory for the timer of the next run",
            log_str("task", periodic->task.name));
}

void periodic_start(struct periodic *periodic, struct loop *loop, const struct periodic_task *task,
                    void *data)
{
    *periodic = (struct periodic){.loop = loop, .task = *task, .data = data, .soon_ns = INT64_MAX};
    snprintf(periodic->labels, sizeof periodic->labels, "task=\"%s\"", task->name);
    metric_register_counter(&periodic->runs, "background_runs_total",
                            "Runs of background tasks that ended.", periodic->labels);
    metric_register_counter(&periodic->failures, "background_failures_total",
                            "Runs of background tasks that failed.", periodic->labels);
    schedule_next_run(periodic, task->at_once ? 0 : task->every_ms);
}

void periodic_run_soon(struct periodic *periodic, int64_t after_ms)
{
    if (periodic->loop == NULL || periodic->stopped)
        return;
    const int64_t due_ns = loop_now_ns(periodic->loop) + after_ms * NS_PER_MS;
    if (due_ns >= periodic->soon_ns)
        return;
    periodic->soon_ns = due_ns;
    if (periodic->fiber == NULL && due_ns < periodic->timer.due_ns)
        schedule_next_run(periodic, after_ms);
}

void periodic_stop(struct periodic *periodic)
{
    struct fault fault;

    if (periodic->loop == NULL)
        return;
    loop_timer_stop(periodic->loop, &periodic->timer);
    metric_unregister(&periodic->runs);
    metric_unregister(&periodic->failures);
    periodic->stopped = true;
    if (periodic->fiber == NULL)
        return;
    fiber_cancel(periodic->fiber);
    if (fiber_current() != NULL && fiber_current() != periodic->fiber)
        (void)!fiber_queue_wait(&periodic->stoppers, 1, 0, &fault);
}
