// SPDX-License-Identifier: MIT
/* A fiber from inside: fiber.c runs them, fiber_stack.c makes and keeps them. */
#pragma once

#include "loop/fiber.h"
#include "loop/fiber_switch_private.h"
#include "loop/loop_private.h"

enum fiber_state { FIBER_READY, FIBER_RUNNING, FIBER_PARKED, FIBER_ENDED };

/* How a park ended. */
enum fiber_end { FIBER_WOKEN, FIBER_UNTIL, FIBER_DEADLINE, FIBER_CANCELLED, FIBER_NO_MEMORY };

/* Lies at the top of its own stack. */
struct fiber {
    struct fiber_context context;
    struct fiber_room *room;
    enum fiber_state state;
    enum fiber_end end;
    bool begun;
    bool woken; /* a wake that came while it was not parked */
    bool cancelled;
    int64_t deadline_ns;
    int64_t park_ns; /* when the present park ends at the latest */
    /* Never later than park_ns while parked, but often earlier: it is left running over many parks
     * and moved only when it fires too early, which saves the heap two operations a park. */
    struct loop_timer timer;
    fiber_fn *run;
    void *data;
    const char *label;
    struct fiber *next_ready;
    struct fiber *next_live;
    struct fiber *previous_live;
    char *stack; /* its lowest byte; the guard page lies below */
};

struct fiber_list {
    struct fiber *first;
    struct fiber **last;
};

struct fiber_room {
    struct loop *loop;
    struct fiber_context outside; /* the loop's own stack */
    bool outside_adopted;         /* at the first fiber: that is the thread the loop runs in */
    struct fiber_list ready;
    struct fiber *live;
    size_t live_count;
    size_t limit;
    struct fiber *kept[FIBER_POOL_KEPT]; /* stacks without a fiber, the coldest first */
    size_t kept_count;
    size_t kept_least; /* of this trimming period: so many were not needed */
    struct loop_timer trim;
    size_t deepest; /* use of stacks that were given back */
};

/* Into the line of those to run. */
void fiber_ready(struct fiber *fiber);

/* NULL when the kernel gives no memory. Only `stack` is set. */
struct fiber *fiber_stack_take(struct fiber_room *room);
void fiber_stack_keep(struct fiber_room *room, struct fiber *fiber);
/* Gives every kept stack back. */
void fiber_stack_finish(struct fiber_room *room);
void fiber_stack_unmap(struct fiber_room *room, struct fiber *fiber);
