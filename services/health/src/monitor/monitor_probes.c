// SPDX-License-Identifier: MIT
/* Runs the probe of each check at regular intervals. */
#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "monitor/monitor_private.h"

enum {
    FIRST_MS = 10 * 1000,    /* maximum pause while a failing check is still unknown */
    GATHER_MS = 20,          /* probes that end within this time are evaluated together */
    HEARTBEAT_MS = 30 * 1000 /* maximum pause between probes of a HEARTBEAT */
};

static void begin_probe(void *data);

int64_t monitor_probe_interval_ms(const struct check *check)
{
    return check->kind == CHECK_HEARTBEAT && check->interval_ms > HEARTBEAT_MS ? HEARTBEAT_MS
                                                                               : check->interval_ms;
}

static void schedule_next_probe(struct monitor_task *task, int64_t after_ms)
{
    struct loop *loop = task->monitor->app->service->loop;
    const int64_t due_ns = loop_now_ns(loop) + after_ms * NS_PER_MS;

    if (!loop_timer_start(loop, &task->timer, due_ns, begin_probe, task))
        LOG(LOG_ERROR, "probe_ended", "No memory for the timer of the next probe",
            log_str("check", task->monitor->plan->checks[task->check].name));
}

/* Schedules the next probe early if the check is still unknown after a bad probe: after the start
 * of the process a bad check stays unknown until several probes have failed. */
static void retry_unknown_check_soon(struct monitor_task *task)
{
    const struct check *check = &task->monitor->plan->checks[task->check];
    const struct verdict_state *state = &task->monitor->states[task->check];

    if (state->level == LEVEL_UNKNOWN && state->last.trouble != TROUBLE_NONE &&
        FIRST_MS < monitor_probe_interval_ms(check))
        schedule_next_probe(task, FIRST_MS);
}

static void run_probe(void *data)
{
    struct monitor_task *task = data;
    struct monitor *monitor = task->monitor;
    const struct check *check = &monitor->plan->checks[task->check];
    struct probe_result result;

    probe_run(&monitor->tools, check, &task->memory, &result);
    task->running = false;
    if (monitor->app->service->stopping)
        return; /* the shutdown has cancelled the probe, so there is no result */
    const struct verdict_context context = monitor_get_verdict_context(monitor);
    verdict_apply_result(check, &monitor->states[task->check], &result, &context);
    task->fresh = true;
    retry_unknown_check_soon(task);
    periodic_run_soon(&monitor->evaluation, GATHER_MS);
}

static void begin_probe(void *data)
{
    struct monitor_task *task = data;
    struct loop *loop = task->monitor->app->service->loop;
    const struct check *check = &task->monitor->plan->checks[task->check];
    struct fault fault;

    schedule_next_probe(task, monitor_probe_interval_ms(check));
    if (task->running)
        return;
    task->running = true;
    if (fiber_start(loop, run_probe, task, loop_now_ns(loop) + check->timeout_ms * NS_PER_MS,
                    "probe", &fault))
        return;
    task->running = false;
    LOG(LOG_WARN, "probe_left_out", fault.detail, log_str("check", check->name));
}

void monitor_probe_now(struct monitor *monitor, size_t check)
{
    struct monitor_task *task = &monitor->tasks[check];

    if (task->monitor != NULL && !task->running)
        schedule_next_probe(task, 0);
}

void monitor_probes_start(struct monitor *monitor)
{
    const struct plan *plan = monitor->plan;

    for (size_t i = 0; i < plan->count; i++) {
        if (!plan_is_local(plan, &plan->checks[i]))
            continue;
        monitor->tasks[i].monitor = monitor;
        monitor->tasks[i].check = i;
        schedule_next_probe(&monitor->tasks[i], (int64_t)(i * MONITOR_SPREAD_MS / plan->count));
    }
}

void monitor_probes_stop(struct monitor *monitor)
{
    for (size_t i = 0; i < monitor->plan->count; i++)
        if (monitor->tasks[i].monitor != NULL)
            loop_timer_stop(monitor->app->service->loop, &monitor->tasks[i].timer);
}
