// SPDX-License-Identifier: MIT
/* Each check's probe at its times. */
#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "monitor/monitor_private.h"

enum {
    FIRST_MS = 10 * 1000,
    GATHER_MS = 20, /* from probes that end within it follows what follows at once */
    HEARTBEAT_MS = 30 * 1000
};

static void begin(void *data);

int64_t watch_pause_ms(const struct check *check)
{
    return check->kind == CHECK_HEARTBEAT && check->interval_ms > HEARTBEAT_MS ? HEARTBEAT_MS
                                                                               : check->interval_ms;
}

static void wait_for_next(struct watch_task *task, int64_t after_ms)
{
    struct loop *loop = task->watch->options.service->loop;
    const int64_t due_ns = loop_now_ns(loop) + after_ms * NS_PER_MS;
    if (!loop_timer_start(loop, &task->timer, due_ns, begin, task))
        LOG(LOG_ERROR, "probe_ended", "No memory for the timer of the next probe",
            log_str("check", task->watch->plan->checks[task->check].name));
}

/* A bad check is unknown until several probes have said so: after a start they follow soon. */
static void look_soon_at_first(struct watch_task *task)
{
    const struct check *check = &task->watch->plan->checks[task->check];
    const struct verdict_state *state = &task->watch->states[task->check];
    if (state->level == LEVEL_UNKNOWN && state->last.trouble != TROUBLE_NONE &&
        FIRST_MS < watch_pause_ms(check))
        wait_for_next(task, FIRST_MS);
}

static void probe(void *data)
{
    struct watch_task *task = data;
    struct watch *watch = task->watch;
    const struct check *check = &watch->plan->checks[task->check];
    struct probe_result result;
    probe_run(&watch->tools, check, &task->memory, &result);
    task->running = false;
    if (watch->options.service->stopping)
        return; /* its end was no end of its own */
    const struct verdict_times times = watch_times(watch);
    verdict_step(check, &watch->states[task->check], &result, &times);
    task->fresh = true;
    look_soon_at_first(task);
    periodic_soon(watch->concluding, GATHER_MS);
}

static void begin(void *data)
{
    struct watch_task *task = data;
    struct loop *loop = task->watch->options.service->loop;
    const struct check *check = &task->watch->plan->checks[task->check];
    struct fault fault;
    wait_for_next(task, watch_pause_ms(check));
    if (task->running)
        return;
    task->running = true;
    if (fiber_start(loop, probe, task, loop_now_ns(loop) + check->timeout_ms * NS_PER_MS, "probe",
                    &fault))
        return;
    task->running = false;
    LOG(LOG_WARN, "probe_left_out", fault.detail, log_str("check", check->name));
}

void watch_look(struct watch *watch, size_t check)
{
    struct watch_task *task = &watch->tasks[check];
    if (task->watch != NULL && !task->running)
        wait_for_next(task, 0);
}

void watch_probes_begin(struct watch *watch)
{
    const struct plan *plan = watch->plan;
    for (size_t i = 0; i < plan->count; i++) {
        if (!plan_makes(plan, &plan->checks[i]))
            continue;
        watch->tasks[i].watch = watch;
        watch->tasks[i].check = i;
        wait_for_next(&watch->tasks[i], (int64_t)(i * WATCH_SPREAD_MS / plan->count));
    }
}

void watch_probes_end(struct watch *watch)
{
    for (size_t i = 0; i < watch->plan->count; i++)
        if (watch->tasks[i].watch != NULL)
            loop_timer_stop(watch->options.service->loop, &watch->tasks[i].timer);
}
