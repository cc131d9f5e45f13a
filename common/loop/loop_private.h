// SPDX-License-Identifier: MIT
/* Shared by loop_run.c and loop_*.c. */
#pragma once

#include <sys/signalfd.h>

#include "base/metric.h"
#include "loop/loop.h"

enum {
    LOOP_EVENTS_MAX = 256, /* events of one epoll_wait() */
    LOOP_ROUNDS_MAX = 64,  /* rounds of fibers and hooks before the next epoll_wait() */
    LOOP_POLL_NS = 50000,  /* how long a busy loop polls epoll without sleeping */
    LOOP_POLL_FIBERS = 8,  /* a loop is busy while at least this many fibers exist */
    LOOP_SIGNALS_MAX = 8,
    LOOP_LABEL_MAX = 128 /* maximum length of a metric's label with its name */
};

struct fiber_scheduler;

/* An entry of the heap. It has a copy of the timer's `due_ns`, so that sifting reads no memory
 * outside of the array. */
struct loop_timer_slot {
    int64_t due_ns;
    struct loop_timer *timer;
};

/* A binary min-heap of timers. slots[0] stays empty, so that slot 0 means "not running". */
struct loop_timers {
    struct loop_timer_slot *slots;
    size_t count;
    size_t room;
};

struct loop_signal {
    int signo;
    void (*handle)(void *data, int signo);
    void *data;
};

struct loop_signals {
    struct loop_watch watch;
    sigset_t set;
    struct loop_signal entries[LOOP_SIGNALS_MAX];
    size_t count;
};

/* The watchdog. A tick is a unit of the CPU's counter; ticks are only compared with each other. */
struct loop_watchdog {
    struct loop_held held;
    uint64_t begin_ticks;
    uint64_t fiber_ticks;   /* ticks of all fibers in this iteration */
    uint64_t longest_ticks; /* ticks of the longest run of one fiber */
    const char *label;      /* label of the fiber with the longest run */
    int64_t cpu_ns;         /* this thread's CPU time, as read at cpu_read_ns */
    int64_t cpu_read_ns;
    struct metric metric;
    char labels[LOOP_LABEL_MAX];
};

struct loop {
    int epoll;
    bool running;
    bool stopping;
    bool has_work;     /* work is left: the next epoll_wait() must return at once */
    int64_t polled_ns; /* read after the epoll_wait() of this iteration */
    int64_t end_ns;    /* end of the last iteration */
    struct epoll_event *batch;
    size_t batch_next;
    size_t batch_count;
    size_t batch_taken; /* events returned by the last epoll_wait(); unlike batch_count not reset
                           when they are dispatched */
    struct loop_timers timers;
    struct loop_hook *hooks;
    struct loop_hook *next_hook; /* in a run of the hooks: the hook that runs next */
    struct fiber_scheduler *fibers;
    struct loop_signals signals;
    struct loop_watchdog watchdog;
};

void loop_timers_fire_due(struct loop *loop);
/* Milliseconds from `now_ns` to the next timer, rounded up; -1 if there are no timers. */
int loop_timers_ms_to_next(const struct loop *loop, int64_t now_ns);

void loop_signals_finish(struct loop *loop);

uint64_t loop_read_cpu_ticks(void);
void loop_watchdog_begin(struct loop *loop);
void loop_watchdog_add_run(struct loop *loop, uint64_t ticks, const char *label);
void loop_watchdog_end(struct loop *loop);

/* --- fiber.c --- */
struct fiber_scheduler *fiber_scheduler_create(struct loop *loop, struct fault *fault);
void fiber_scheduler_destroy(struct fiber_scheduler *scheduler);
/* Runs the ready fibers and the fibers that they wake, for a limited time. */
void fiber_scheduler_run(struct fiber_scheduler *scheduler);
/* Whether this iteration has taken SLICE_NS or more. */
bool fiber_scheduler_is_late(const struct fiber_scheduler *scheduler);
bool fiber_scheduler_has_ready(const struct fiber_scheduler *scheduler);
