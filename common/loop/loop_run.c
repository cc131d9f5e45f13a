// SPDX-License-Identifier: MIT
#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/now.h"
#include "loop/fiber.h"
#include "loop/loop.h"
#include "loop/loop_private.h"

struct loop *loop_create(struct fault *fault)
{
    struct loop *loop = fault_calloc(sizeof *loop, "the event loop", fault);

    if (loop == NULL)
        return NULL;
    loop->signals.watch.fd = -1;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->batch = calloc(LOOP_EVENTS_MAX, sizeof *loop->batch);
    loop->watchdog.held.label = "";
    loop->polled_ns = now_mono_ns();
    if (loop->epoll < 0 || loop->batch == NULL) {
        fault_set(fault, FAULT_UNAVAILABLE, "loop_refused", "The event loop cannot start: %s.",
                  strerrordesc_np(errno));
        goto fail;
    }
    loop->fibers = fiber_scheduler_create(loop, fault);
    if (loop->fibers == NULL)
        goto fail;
    return loop;

fail:
    loop_destroy(loop);
    return NULL;
}

void loop_destroy(struct loop *loop)
{
    if (loop == NULL)
        return;
    loop_signals_finish(loop);
    fiber_scheduler_destroy(loop->fibers);
    if (loop->epoll >= 0)
        close(loop->epoll);
    free(loop->timers.slots);
    free(loop->batch);
    free(loop);
}

static void dispatch_events(struct loop *loop)
{
    for (loop->batch_next = 0; loop->batch_next < loop->batch_count;) {
        const struct epoll_event event = loop->batch[loop->batch_next++];
        struct loop_watch *watch = event.data.ptr;
        if (watch != NULL)
            watch->ready(watch->data, event.events);
    }
    loop->batch_count = 0;
}

static bool run_hooks(struct loop *loop)
{
    bool progress = false;

    loop->next_hook = loop->hooks;
    while (loop->next_hook != NULL) {
        struct loop_hook *hook = loop->next_hook;
        loop->next_hook = hook->next;
        if (hook->run(hook->data))
            progress = true;
    }
    return progress;
}

/* Runs fibers before hooks, so that one flush sends all that the fibers of this iteration have
 * queued. True if work is left, because the iteration took too long or had too many rounds. */
static bool run_until_idle(struct loop *loop)
{
    for (int round = 0; round < LOOP_ROUNDS_MAX; round++) {
        fiber_scheduler_run(loop->fibers);
        const bool progress = run_hooks(loop);
        if (!progress && !fiber_scheduler_has_ready(loop->fibers))
            return false;
        if (fiber_scheduler_is_late(loop->fibers))
            return true;
    }
    return true;
}

/* If the process is stopped (SIGSTOP, a frozen container), epoll_wait() is interrupted, and timers
 * may be due when the process resumes. They must not fire before the events that came meanwhile. */
static int epoll_wait_again_if_interrupted(struct loop *loop, int wait_ms)
{
    const int count = epoll_wait(loop->epoll, loop->batch, LOOP_EVENTS_MAX, wait_ms);

    return count >= 0 ? count : epoll_wait(loop->epoll, loop->batch, LOOP_EVENTS_MAX, 0);
}

/* Calls epoll_wait() repeatedly without sleeping. While many requests run, the next event comes
 * within microseconds, and waking a sleeping (virtual) core takes longer. sched_yield() lets other
 * threads use the core meanwhile. */
static int busy_poll_events(struct loop *loop)
{
    int count;

    do {
        (void)sched_yield();
        count = epoll_wait_again_if_interrupted(loop, 0);
    } while (count == 0 && now_mono_ns() - loop->end_ns < LOOP_POLL_NS);
    return count;
}

static int wait_for_events(struct loop *loop)
{
    const int wait_ms = loop->has_work ? 0 : loop_timers_ms_to_next(loop, loop->end_ns);
    const bool busy = loop->batch_taken > 0 && fiber_count_live(loop) >= LOOP_POLL_FIBERS;
    const int count = busy && wait_ms != 0 ? busy_poll_events(loop) : 0;

    return count != 0 ? count : epoll_wait_again_if_interrupted(loop, wait_ms);
}

static void run_iteration(struct loop *loop)
{
    const int count = wait_for_events(loop);

    assert(count >= 0 || errno == EINTR);

    loop->polled_ns = now_mono_ns();
    loop_watchdog_begin(loop);
    loop->batch_count = loop->batch_taken = count > 0 ? (size_t)count : 0;
    dispatch_events(loop);
    fiber_scheduler_run(loop->fibers);
    loop_timers_fire_due(loop);
    loop->has_work = run_until_idle(loop);
    loop->end_ns = now_mono_ns();
    loop_watchdog_end(loop);
}

void loop_run(struct loop *loop)
{
    assert(!loop->running);
    loop->running = true;
    loop->has_work = true; /* a fiber may have been woken before the loop runs */
    loop->end_ns = loop->polled_ns = now_mono_ns();
    while (!loop->stopping)
        run_iteration(loop);
    loop->stopping = false;
    loop->running = false;
}

static void stop_at_limit(void *data)
{
    struct loop *loop = data;

    loop->stopping = true;
}

static void run_until_no_fibers(struct loop *loop, int64_t until_ns)
{
    struct loop_timer timer = {0};

    if (!loop_timer_start(loop, &timer, until_ns, stop_at_limit, loop))
        return;
    loop->stopping = false;
    loop->has_work = true; /* fibers may have been cancelled before the loop runs */
    while (fiber_count_live(loop) > 0 && !loop->stopping)
        run_iteration(loop);
    loop->stopping = false;
    loop_timer_stop(loop, &timer);
}

void loop_finish_fibers(struct loop *loop, int64_t limit_ns)
{
    const int64_t now_ns = now_mono_ns();

    assert(!loop->running);
    loop->running = true;
    loop->end_ns = loop->polled_ns = now_ns;
    run_until_no_fibers(loop, now_ns + limit_ns / 2);
    fiber_cancel_all(loop);
    run_until_no_fibers(loop, now_ns + limit_ns);
    loop->running = false;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

int64_t loop_now_ns(const struct loop *loop)
{
    (void)loop;
    return now_mono_ns();
}

int64_t loop_polled_ns(const struct loop *loop)
{
    return loop->running ? loop->polled_ns : now_mono_ns();
}

/* epoll always reports EPOLLHUP. If nothing else is awaited, EPOLLET makes it report once. */
static uint32_t epoll_events_for(uint32_t events)
{
    return events != 0 ? events : (uint32_t)EPOLLET;
}

bool loop_watch_add(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events,
                    void (*ready)(void *data, uint32_t events), void *data, struct fault *fault)
{
    struct epoll_event event = {.events = epoll_events_for(events), .data.ptr = watch};

    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        return fault_set(fault, FAULT_UNAVAILABLE, "watch_refused",
                         "A descriptor cannot be watched: %s.", strerrordesc_np(errno));
    *watch = (struct loop_watch){.fd = fd, .events = events, .ready = ready, .data = data};
    return true;
}

void loop_watch_change(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
    if (watch->fd < 0 || watch->events == events)
        return;
    struct epoll_event event = {.events = epoll_events_for(events), .data.ptr = watch};
    /* Fails only if the descriptor is already closed; it then has no more events. */
    epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &event);
    watch->events = events;
}

void loop_watch_remove(struct loop *loop, struct loop_watch *watch)
{
    if (watch->fd < 0)
        return;
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    watch->fd = -1;
    /* The watch may be freed now, so its pending events must not be delivered. */
    for (size_t i = loop->batch_next; i < loop->batch_count; i++) {
        if (loop->batch[i].data.ptr == watch)
            loop->batch[i].data.ptr = NULL;
    }
}

void loop_hook_add(struct loop *loop, struct loop_hook *hook, bool (*run)(void *data), void *data)
{
    struct loop_hook **end = &loop->hooks;

    while (*end != NULL)
        end = &(*end)->next;
    *hook = (struct loop_hook){.run = run, .data = data};
    *end = hook;
}

void loop_hook_remove(struct loop *loop, struct loop_hook *hook)
{
    if (loop->next_hook == hook)
        loop->next_hook = hook->next;
    for (struct loop_hook **at = &loop->hooks; *at != NULL; at = &(*at)->next) {
        if (*at == hook) {
            *at = hook->next;
            return;
        }
    }
}
