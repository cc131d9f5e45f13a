// SPDX-License-Identifier: MIT
/* The watchdog: how long the thread worked between two waits in epoll, and which fiber ran longest.
 *
 * Wall time is known in every iteration. Reading the thread's CPU time is a system call, so it is
 * read only after an iteration that took more than a millisecond. The previous value, which is
 * subtracted, was read at most a millisecond before that iteration. So time in which the thread had
 * no core is not counted. */
#include <stdio.h>
#include <time.h>

#include "base/now.h"
#include "loop/loop_private.h"

#define HELD_CHECK_NS NS_PER_MS

uint64_t loop_read_cpu_ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    return (uint64_t)now_mono_ns();
#endif
}

static int64_t read_thread_cpu_ns(void)
{
    struct timespec ts = {0};

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* Labels are route templates. A quote in a label is dropped, because it would make the whole page
 * of metrics invalid. */
static void format_route_label(struct loop_watchdog *dog)
{
    const char *label = dog->held.label;
    size_t len = (size_t)snprintf(dog->labels, sizeof dog->labels, "route=\"");

    for (; *label != '\0' && len < sizeof dog->labels - 2; label++) {
        if (*label != '"' && *label != '\\' && *label != '\n')
            dog->labels[len++] = *label;
    }
    dog->labels[len++] = '"';
    dog->labels[len] = '\0';
}

void loop_watchdog_begin(struct loop *loop)
{
    struct loop_watchdog *dog = &loop->watchdog;

    dog->fiber_ticks = 0;
    dog->longest_ticks = 0;
    dog->label = "";
    dog->begin_ticks = loop_read_cpu_ticks();
    if (loop->polled_ns - dog->cpu_read_ns < HELD_CHECK_NS)
        return;
    dog->cpu_ns = read_thread_cpu_ns();
    dog->cpu_read_ns = loop->polled_ns;
}

void loop_watchdog_add_run(struct loop *loop, uint64_t ticks, const char *label)
{
    struct loop_watchdog *dog = &loop->watchdog;

    dog->fiber_ticks += ticks;
    if (ticks <= dog->longest_ticks)
        return;
    dog->longest_ticks = ticks;
    dog->label = label;
}

void loop_watchdog_end(struct loop *loop)
{
    struct loop_watchdog *dog = &loop->watchdog;
    const uint64_t outside = loop_read_cpu_ticks() - dog->begin_ticks - dog->fiber_ticks;
    int64_t held_ns = loop->end_ns - loop->polled_ns;

    if (held_ns <= dog->held.longest_ns)
        return;
    if (held_ns > HELD_CHECK_NS) {
        const int64_t cpu_ns = read_thread_cpu_ns() - dog->cpu_ns;
        held_ns = cpu_ns < held_ns ? cpu_ns : held_ns;
    }
    if (held_ns <= dog->held.longest_ns)
        return;
    dog->held = (struct loop_held){held_ns, dog->longest_ticks >= outside ? dog->label : ""};
    format_route_label(dog);
}

struct loop_held loop_longest_held(const struct loop *loop)
{
    return loop->watchdog.held;
}

static double read_longest_held_s(void *data)
{
    const struct loop_watchdog *dog = data;

    return (double)dog->held.longest_ns / (double)NS_PER_S;
}

void loop_metrics_register(struct loop *loop)
{
    struct loop_watchdog *dog = &loop->watchdog;

    format_route_label(dog);
    metric_register_gauge(&dog->metric, "loop_held_seconds_max",
                          "Longest time the thread worked between two waits, and the route that "
                          "ran longest in it.",
                          read_longest_held_s, dog);
    dog->metric.labels = dog->labels;
}
