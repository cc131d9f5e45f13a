// SPDX-License-Identifier: MIT
/* Memory of stacks. They are mapped with a guard page below and reused. Stacks that were not needed
 * for a while are unmapped, because every touched page stays resident. malloc_trim() then returns
 * to the kernel the memory that fibers have freed, which malloc() keeps. */
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>

#include "loop/fiber_private.h"

enum {
    GUARD_SIZE = 4096 * 4, /* a whole page even where pages have 16 KiB */
    KEPT_ALWAYS = 16,
    TRIM_AT_ONCE = 16, /* stacks unmapped at once: each munmap() blocks the loop for microseconds */
    TRIM_EVERY_NS = 100000000
};

static struct fiber *get_fiber_at_stack_top(char *stack)
{
    const uintptr_t top = (uintptr_t)stack + FIBER_STACK_SIZE;

    return (struct fiber *)((top - sizeof(struct fiber)) & ~(uintptr_t)63);
}

static struct fiber *map_stack(void)
{
    char *base = mmap(NULL, GUARD_SIZE + FIBER_STACK_SIZE, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

    if (base == MAP_FAILED)
        return NULL;
    char *stack = base + GUARD_SIZE;
    if (mprotect(stack, FIBER_STACK_SIZE, PROT_READ | PROT_WRITE) != 0) {
        munmap(base, GUARD_SIZE + FIBER_STACK_SIZE);
        return NULL;
    }
    struct fiber *fiber = get_fiber_at_stack_top(stack);
    fiber->stack = stack;
    return fiber;
}

struct fiber *fiber_stack_acquire(struct fiber_scheduler *scheduler)
{
    if (scheduler->kept_count == 0)
        return map_stack();
    struct fiber *fiber = scheduler->kept[--scheduler->kept_count];
    if (scheduler->kept_count < scheduler->kept_least)
        scheduler->kept_least = scheduler->kept_count;
    return fiber;
}

static void unmap_stack(struct fiber *fiber)
{
    fiber_stack_unpoison(fiber->stack, FIBER_STACK_SIZE);
    munmap(fiber->stack - GUARD_SIZE, GUARD_SIZE + FIBER_STACK_SIZE);
}

/* Unmaps stacks that were not needed since the last trim, the longest unused ones first. */
static void unmap_unneeded_stacks(void *data)
{
    struct fiber_scheduler *scheduler = data;
    size_t unneeded = scheduler->kept_least > KEPT_ALWAYS ? scheduler->kept_least - KEPT_ALWAYS : 0;

    unneeded = unneeded > TRIM_AT_ONCE ? TRIM_AT_ONCE : unneeded;
    for (size_t i = 0; i < unneeded; i++)
        unmap_stack(scheduler->kept[i]);
    scheduler->kept_count -= unneeded;
    memmove(scheduler->kept, scheduler->kept + unneeded,
            scheduler->kept_count * sizeof(struct fiber *));
    scheduler->kept_least = scheduler->kept_count;
    scheduler->unmapped |= unneeded > 0;
    if (scheduler->kept_count <= KEPT_ALWAYS) {
        if (scheduler->unmapped)
            malloc_trim(0);
        scheduler->unmapped = false;
        return;
    }
    /* Cannot fail, because the heap has just freed this timer's slot. */
    if (!loop_timer_start(scheduler->loop, &scheduler->trim,
                          loop_now_ns(scheduler->loop) + TRIM_EVERY_NS, unmap_unneeded_stacks,
                          scheduler))
        return;
}

void fiber_stack_release(struct fiber_scheduler *scheduler, struct fiber *fiber)
{
    if (scheduler->kept_count == FIBER_POOL_KEPT) {
        unmap_stack(fiber);
        return;
    }
    fiber_stack_unpoison(fiber->stack, FIBER_STACK_SIZE);
    scheduler->kept[scheduler->kept_count++] = fiber;
    if (scheduler->kept_count <= KEPT_ALWAYS || scheduler->trim.slot != 0)
        return;
    scheduler->kept_least = scheduler->kept_count;
    if (!loop_timer_start(scheduler->loop, &scheduler->trim,
                          loop_now_ns(scheduler->loop) + TRIM_EVERY_NS, unmap_unneeded_stacks,
                          scheduler))
        return; /* out of memory; the timer is started when the next stack is kept */
}

void fiber_stack_unmap_unused(struct fiber_scheduler *scheduler)
{
    loop_timer_stop(scheduler->loop, &scheduler->trim);
    while (scheduler->kept_count > 0)
        unmap_stack(scheduler->kept[--scheduler->kept_count]);
}
