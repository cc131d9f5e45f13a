// SPDX-License-Identifier: MIT
/* Shared by fiber.c (runs fibers), fiber_park.c (waiting) and fiber_stack.c (stacks). */
#pragma once

#include "loop/fiber.h"
#include "loop/fiber_switch_private.h"
#include "loop/loop_private.h"

enum fiber_state { FIBER_READY, FIBER_RUNNING, FIBER_PARKED, FIBER_ENDED };

/* How a park ended: woken, at its `until_ns`, at the fiber's deadline, cancelled, or at once
 * because there was no memory for the timer. */
enum fiber_end { FIBER_WOKEN, FIBER_UNTIL, FIBER_DEADLINE, FIBER_CANCELLED, FIBER_NO_MEMORY };

/* A fiber; stored at the top of its own stack. */
struct fiber {
    struct fiber_context context;
    struct fiber_scheduler *scheduler;
    enum fiber_state state;
    enum fiber_end end;
    bool begun;
    bool woken; /* woken while not parked: the next park returns at once */
    bool cancelled;
    int64_t deadline_ns;
    int64_t park_ns; /* the latest time at which the current park ends */
    /* Fires at park_ns or earlier. The timer keeps running across many parks; if it fires too
     * early, it is restarted. This saves two heap operations in each park. */
    struct loop_timer timer;
    fiber_fn *run;
    void *data;
    const char *label;
    STAILQ_ENTRY(fiber) of_ready;
    LIST_ENTRY(fiber) of_live;
    char *stack; /* lowest byte of the stack; the guard page lies below */
};

STAILQ_HEAD(fiber_list, fiber);

struct fiber_scheduler {
    struct loop *loop;
    struct fiber_context outside; /* context of the loop's own stack */
    bool outside_adopted;         /* `outside` is set, which happens when the first fiber starts */
    struct fiber_list ready;
    LIST_HEAD(, fiber) live;
    size_t live_count;
    size_t limit;
    struct fiber *kept[FIBER_POOL_KEPT]; /* unused stacks, the longest unused one first */
    size_t kept_count;
    size_t kept_least; /* the smallest kept_count since the last unmap_unneeded_stacks(): the number
                          of stacks that are not needed */
    bool unmapped;     /* stacks were unmapped; malloc_trim() follows when only KEPT_ALWAYS stacks
                          are kept */
    struct loop_timer trim;
};

/* Puts the fiber at the end of the ready list. */
void fiber_make_ready(struct fiber *fiber);

/* Returns a fiber on a kept or newly mapped stack; only its member `stack` is set. NULL if the
 * kernel gives no memory. */
struct fiber *fiber_stack_acquire(struct fiber_scheduler *scheduler);
void fiber_stack_release(struct fiber_scheduler *scheduler, struct fiber *fiber);
/* Unmaps all kept stacks. */
void fiber_stack_unmap_unused(struct fiber_scheduler *scheduler);
