// SPDX-License-Identifier: MIT
#include "jobs/desk.h"

#include <stdlib.h>

#include "base/now.h"

struct desk {
    size_t seats;
    size_t running;
    struct fiber_queue waiting;
};

struct desk *desk_create(size_t seats, struct fault *fault)
{
    struct desk *desk = fault_calloc(sizeof *desk, "searches", fault);

    if (desk != NULL)
        desk->seats = seats;
    return desk;
}

void desk_destroy(struct desk *desk)
{
    free(desk);
}

/* Who has waited takes the place of the one who left. */
bool desk_enter(struct desk *desk, const struct loop *loop, struct fault *fault)
{
    const int64_t until_ns = loop_now_ns(loop) + DESK_WAIT_MS * NS_PER_MS;

    if (desk->running < desk->seats) {
        desk->running++;
        return true;
    }
    if (fiber_queue_wait(&desk->waiting, DESK_WAIT_MAX, until_ns, fault))
        return true;
    if (fault->kind == FAULT_TIMEOUT)
        fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many searches are under way.");
    return false;
}

void desk_leave(struct desk *desk)
{
    if (!fiber_queue_wake_one(&desk->waiting))
        desk->running--;
}
