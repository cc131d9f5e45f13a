// SPDX-License-Identifier: MIT
#include "jobs/desk.h"

#include <assert.h>
#include <stdlib.h>

#include "base/now.h"

/* Start-time fair queueing. The turn of a visit is one behind the tenant's visit before it, but not
 * before that of the visit that was seated last. The lowest turn is seated first. */
struct visit {
    struct uuid tenant_id;
    int64_t turn;
};

/* On the stack of the fiber that waits. */
struct waiter {
    TAILQ_ENTRY(waiter) next;
    struct visit visit;
    struct fiber *fiber;
    bool seated;
    bool refused;
};
TAILQ_HEAD(line, waiter);

struct desk {
    size_t seats;
    size_t running;
    struct visit seated[DESK_SEATS_MAX]; /* of `running` */
    int64_t turn;                        /* of the one that was seated last */
    size_t waiting;
    struct line line;
};

struct desk *desk_create(size_t seats, struct fault *fault)
{
    assert(seats <= DESK_SEATS_MAX);
    struct desk *desk = fault_calloc(sizeof *desk, "searches", fault);

    if (desk == NULL)
        return NULL;
    desk->seats = seats;
    TAILQ_INIT(&desk->line);
    return desk;
}

void desk_destroy(struct desk *desk)
{
    free(desk);
}

static int64_t behind(int64_t turn, const struct visit *other, const struct uuid *tenant_id)
{
    return other->turn >= turn && uuid_equal(&other->tenant_id, tenant_id) ? other->turn + 1 : turn;
}

static struct visit visit_of(const struct desk *desk, const struct uuid *tenant_id)
{
    struct visit visit = {*tenant_id, desk->turn};
    const struct waiter *one;

    for (size_t i = 0; i < desk->running; i++)
        visit.turn = behind(visit.turn, &desk->seated[i], tenant_id);
    TAILQ_FOREACH(one, &desk->line, next)
    {
        visit.turn = behind(visit.turn, &one->visit, tenant_id);
    }
    return visit;
}

static void seat(struct desk *desk, const struct visit *visit)
{
    desk->seated[desk->running++] = *visit;
    desk->turn = visit->turn;
}

static size_t waiting_of(const struct desk *desk, const struct uuid *tenant_id)
{
    const struct waiter *one;
    size_t count = 0;

    TAILQ_FOREACH(one, &desk->line, next)
    {
        count += uuid_equal(&one->visit.tenant_id, tenant_id);
    }
    return count;
}

static void remove_waiter(struct desk *desk, struct waiter *waiter)
{
    TAILQ_REMOVE(&desk->line, waiter, next);
    desk->waiting--;
}

static bool overloaded(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many searches are under way.");
}

/* The line is full: of the tenant with the most in it the last one goes, unless that would be the
 * newcomer. */
static bool make_room(struct desk *desk, const struct uuid *newcomer)
{
    size_t most = waiting_of(desk, newcomer) + 1;
    struct waiter *last = NULL, *one;

    TAILQ_FOREACH(one, &desk->line, next)
    {
        const size_t count = waiting_of(desk, &one->visit.tenant_id);
        if (count > most || (last != NULL && count == most)) {
            most = count;
            last = one;
        }
    }
    if (last == NULL)
        return false;
    remove_waiter(desk, last);
    last->refused = true;
    fiber_wake(last->fiber);
    return true;
}

static bool wait_in_line(struct desk *desk, const struct loop *loop, const struct uuid *tenant_id,
                         struct fault *fault)
{
    const int64_t until_ns = loop_now_ns(loop) + DESK_WAIT_MS * NS_PER_MS;
    struct waiter waiter = {.visit = visit_of(desk, tenant_id), .fiber = fiber_current()};

    if (desk->waiting >= DESK_WAIT_MAX && !make_room(desk, tenant_id))
        return overloaded(fault);
    TAILQ_INSERT_TAIL(&desk->line, &waiter, next);
    desk->waiting++;
    while (!waiter.seated && !waiter.refused && fiber_park(until_ns, fault))
        ;
    if (waiter.seated)
        return true;
    if (waiter.refused)
        return overloaded(fault);
    remove_waiter(desk, &waiter);
    return fault->kind == FAULT_TIMEOUT ? overloaded(fault) : false;
}

bool desk_enter(struct desk *desk, const struct loop *loop, const struct uuid *tenant_id,
                struct fault *fault)
{
    if (desk->running >= desk->seats)
        return wait_in_line(desk, loop, tenant_id, fault);
    const struct visit visit = visit_of(desk, tenant_id);
    seat(desk, &visit);
    return true;
}

/* Who has waited takes the place of the one who left. */
void desk_leave(struct desk *desk, const struct uuid *tenant_id)
{
    struct waiter *first = TAILQ_FIRST(&desk->line), *one;
    size_t at = 0;

    while (!uuid_equal(&desk->seated[at].tenant_id, tenant_id))
        at++;
    desk->seated[at] = desk->seated[--desk->running];
    TAILQ_FOREACH(one, &desk->line, next)
    {
        if (one->visit.turn < first->visit.turn)
            first = one;
    }
    if (first == NULL)
        return;
    remove_waiter(desk, first);
    seat(desk, &first->visit);
    first->seated = true;
    fiber_wake(first->fiber);
}
