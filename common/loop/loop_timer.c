// SPDX-License-Identifier: MIT
/* Timers in a binary heap. Each timer stores its index, so stopping it needs no search. */
#include <stdlib.h>

#include "base/now.h"
#include "loop/loop_private.h"

enum { TIMERS_FIRST_ROOM = 256, LONGEST_WAIT_MS = 60000 };

static void heap_set_slot(struct loop_timers *timers, size_t slot, struct loop_timer_slot entry)
{
    timers->slots[slot] = entry;
    entry.timer->slot = slot;
}

static void sift_up(struct loop_timers *timers, size_t slot, struct loop_timer_slot entry)
{
    while (slot > 1 && entry.due_ns < timers->slots[slot / 2].due_ns) {
        heap_set_slot(timers, slot, timers->slots[slot / 2]);
        slot /= 2;
    }
    heap_set_slot(timers, slot, entry);
}

static void sift_down(struct loop_timers *timers, size_t slot, struct loop_timer_slot entry)
{
    for (;;) {
        size_t child = slot * 2;
        if (child > timers->count)
            break;
        if (child < timers->count && timers->slots[child + 1].due_ns < timers->slots[child].due_ns)
            child++;
        if (timers->slots[child].due_ns >= entry.due_ns)
            break;
        heap_set_slot(timers, slot, timers->slots[child]);
        slot = child;
    }
    heap_set_slot(timers, slot, entry);
}

static void sift_up_or_down(struct loop_timers *timers, size_t slot, struct loop_timer_slot entry)
{
    if (slot > 1 && entry.due_ns < timers->slots[slot / 2].due_ns)
        sift_up(timers, slot, entry);
    else
        sift_down(timers, slot, entry);
}

static bool heap_grow(struct loop_timers *timers)
{
    const size_t room = timers->room == 0 ? TIMERS_FIRST_ROOM : timers->room * 2;
    struct loop_timer_slot *slots = reallocarray(timers->slots, room + 1, sizeof *slots);

    if (slots == NULL)
        return false;
    timers->slots = slots;
    timers->room = room;
    return true;
}

bool loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t due_ns,
                      void (*fire)(void *data), void *data)
{
    struct loop_timers *timers = &loop->timers;

    if (timer->slot == 0) {
        if (timers->count == timers->room && !heap_grow(timers))
            return false;
        timer->slot = ++timers->count;
    }
    timer->due_ns = due_ns;
    timer->fire = fire;
    timer->data = data;
    sift_up_or_down(timers, timer->slot, (struct loop_timer_slot){due_ns, timer});
    return true;
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
    struct loop_timers *timers = &loop->timers;
    const size_t slot = timer->slot;

    if (slot == 0)
        return;
    timer->slot = 0;
    const struct loop_timer_slot last = timers->slots[timers->count--];
    if (last.timer != timer)
        sift_up_or_down(timers, slot, last);
}

void loop_timers_fire_due(struct loop *loop)
{
    struct loop_timers *timers = &loop->timers;

    /* Fires each timer at most once: if it starts itself again, not before the next iteration. */
    for (size_t left = timers->count; left > 0 && timers->count > 0; left--) {
        struct loop_timer *timer = timers->slots[1].timer;
        if (timer->due_ns > loop->polled_ns)
            return;
        loop_timer_stop(loop, timer);
        timer->fire(timer->data);
    }
}

int loop_timers_ms_to_next(const struct loop *loop, int64_t now_ns)
{
    if (loop->timers.count == 0)
        return -1;
    const int64_t left_ns = loop->timers.slots[1].due_ns - now_ns;
    if (left_ns <= 0)
        return 0;
    if (left_ns >= LONGEST_WAIT_MS * NS_PER_MS)
        return LONGEST_WAIT_MS;
    return (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS);
}
