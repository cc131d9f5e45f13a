// SPDX-License-Identifier: MIT
#include "api/periodic.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "loop/fiber.h"

enum { LABELS_MAX = 64 };

struct periodic {
    struct loop *loop;
    struct periodic_options options;
    struct loop_timer timer;
    struct fiber *fiber; /* of the current run, or NULL */
    int64_t soon_ns;     /* the next run begins by then; INT64_MAX: not requested */
    bool stopped;        /* the waiting periodic_stop() frees it, or else the current run */
    bool failing;        /* the last run failed */
    struct fiber_queue stoppers;
    struct metric runs;
    struct metric failures;
    char labels[LABELS_MAX];
};

static void wait_for_next(struct periodic *periodic, int64_t after_ms);

static void note_result(struct periodic *periodic, bool ok, const struct fault *fault)
{
    periodic->runs.value++;
    if (!ok) {
        periodic->failures.value++;
        if (!periodic->failing)
            LOG(LOG_WARN, "task_failed", fault->detail, log_str("task", periodic->options.name),
                log_str("kind", fault_kind_name(fault->kind)), log_str("code", fault->code));
    }
    periodic->failing = !ok;
}

static void run(void *data)
{
    struct periodic *periodic = data;
    struct fault fault;

    periodic->fiber = fiber_current();
    const bool ok = periodic->options.run(periodic->options.data, &fault);
    periodic->fiber = NULL;
    if (!periodic->stopped) {
        note_result(periodic, ok, &fault);
        wait_for_next(periodic, periodic->options.every_ms);
        return;
    }
    if (!fiber_queue_wake_one(&periodic->stoppers))
        free(periodic);
}

/* Called outside of fibers, so that the run begins at once. */
static void on_due(void *data)
{
    struct periodic *periodic = data;
    const int64_t deadline_ns =
        loop_now_ns(periodic->loop) + periodic->options.limit_ms * NS_PER_MS;
    struct fault fault;

    periodic->soon_ns = INT64_MAX;
    if (fiber_start(periodic->loop, run, periodic, deadline_ns, periodic->options.name, &fault))
        return;
    note_result(periodic, false, &fault);
    wait_for_next(periodic, periodic->options.every_ms);
}

static void wait_for_next(struct periodic *periodic, int64_t after_ms)
{
    const int64_t usual_ns = loop_now_ns(periodic->loop) + after_ms * NS_PER_MS;
    const int64_t due_ns = usual_ns < periodic->soon_ns ? usual_ns : periodic->soon_ns;

    if (!loop_timer_start(periodic->loop, &periodic->timer, due_ns, on_due, periodic))
        LOG(LOG_ERROR, "task_ended", "No memory for the timer of the next run",
            log_str("task", periodic->options.name));
}

struct periodic *periodic_start(struct loop *loop, const struct periodic_options *options,
                                struct fault *fault)
{
    struct periodic *periodic = fault_calloc(sizeof(*periodic), options->name, fault);

    if (periodic == NULL)
        return NULL;
    periodic->loop = loop;
    periodic->options = *options;
    periodic->soon_ns = INT64_MAX;
    snprintf(periodic->labels, sizeof(periodic->labels), "task=\"%s\"", options->name);
    periodic->runs = (struct metric){.name = "background_runs_total",
                                     .help = "Runs of background tasks that ended.",
                                     .labels = periodic->labels};
    periodic->failures = (struct metric){.name = "background_failures_total",
                                         .help = "Runs of background tasks that failed.",
                                         .labels = periodic->labels};
    metric_register(&periodic->runs);
    metric_register(&periodic->failures);
    wait_for_next(periodic, options->at_once ? 0 : options->every_ms);
    return periodic;
}

void periodic_soon(struct periodic *periodic, int64_t after_ms)
{
    if (periodic == NULL || periodic->stopped)
        return;
    const int64_t due_ns = loop_now_ns(periodic->loop) + after_ms * NS_PER_MS;
    if (due_ns >= periodic->soon_ns)
        return;
    periodic->soon_ns = due_ns;
    if (periodic->fiber == NULL && due_ns < periodic->timer.due_ns)
        wait_for_next(periodic, after_ms);
}

void periodic_stop(struct periodic *periodic)
{
    struct fault fault;

    if (periodic == NULL)
        return;
    loop_timer_stop(periodic->loop, &periodic->timer);
    metric_unregister(&periodic->runs);
    metric_unregister(&periodic->failures);
    if (periodic->fiber == NULL) {
        free(periodic);
        return;
    }
    periodic->stopped = true;
    fiber_cancel(periodic->fiber);
    if (fiber_current() != NULL && fiber_current() != periodic->fiber &&
        fiber_queue_wait(&periodic->stoppers, 1, 0, &fault))
        free(periodic);
}
