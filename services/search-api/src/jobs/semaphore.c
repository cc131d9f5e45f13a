// SPDX-License-Identifier: MIT
#include "jobs/semaphore.h"

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

struct semaphore {
    size_t seats;
    size_t running;
    struct visit seated[SEMAPHORE_SLOTS_MAX]; /* of `running` */
    int64_t turn;                             /* of the one that was seated last */
    size_t waiting;
    struct line line;
};

struct semaphore *semaphore_create(size_t seats, struct fault *fault)
{
    assert(seats <= SEMAPHORE_SLOTS_MAX);
    struct semaphore *semaphore = fault_calloc(sizeof *semaphore, "searches", fault);

    if (semaphore == NULL)
        return NULL;
    semaphore->seats = seats;
    TAILQ_INIT(&semaphore->line);
    return semaphore;
}

void semaphore_destroy(struct semaphore *semaphore)
{
    free(semaphore);
}

static int64_t behind(int64_t turn, const struct visit *other, const struct uuid *tenant_id)
{
    return other->turn >= turn && uuid_equal(&other->tenant_id, tenant_id) ? other->turn + 1 : turn;
}

static struct visit visit_of(const struct semaphore *semaphore, const struct uuid *tenant_id)
{
    struct visit visit = {*tenant_id, semaphore->turn};
    const struct waiter *one;

    for (size_t i = 0; i < semaphore->running; i++)
        visit.turn = behind(visit.turn, &semaphore->seated[i], tenant_id);
    TAILQ_FOREACH(one, &semaphore->line, next)
    {
        visit.turn = behind(visit.turn, &one->visit, tenant_id);
    }
    return visit;
}

static void seat(struct semaphore *semaphore, const struct visit *visit)
{
    semaphore->seated[semaphore->running++] = *visit;
    semaphore->turn = visit->turn;
}

static size_t waiting_of(const struct semaphore *semaphore, const struct uuid *tenant_id)
{
    const struct waiter *one;
    size_t count = 0;

    TAILQ_FOREACH(one, &semaphore->line, next)
    {
        count += uuid_equal(&one->visit.tenant_id, tenant_id);
    }
    return count;
}

static void remove_waiter(struct semaphore *semaphore, struct waiter *waiter)
{
    TAILQ_REMOVE(&semaphore->line, waiter, next);
    semaphore->waiting--;
}

static bool overloaded(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many searches are under way.");
}

/* The line is full: of the tenant with the most in it the last one goes, unless that would be the
 * newcomer. */
static bool make_room(struct semaphore *semaphore, const struct uuid *newcomer)
{
    size_t most = waiting_of(semaphore, newcomer) + 1;
    struct waiter *last = NULL, *one;

    TAILQ_FOREACH(one, &semaphore->line, next)
    {
        const size_t count = waiting_of(semaphore, &one->visit.tenant_id);
        if (count > most || (last != NULL && count == most)) {
            most = count;
            last = one;
        }
    }
    if (last == NULL)
        return false;
    remove_waiter(semaphore, last);
    last->refused = true;
    fiber_wake(last->fiber);
    return true;
}

static bool wait_in_line(struct semaphore *semaphore, const struct loop *loop,
                         const struct uuid *tenant_id, struct fault *fault)
{
    const int64_t until_ns = loop_now_ns(loop) + SEMAPHORE_WAIT_MS * NS_PER_MS;
    struct waiter waiter = {.visit = visit_of(semaphore, tenant_id), .fiber = fiber_current()};

    if (semaphore->waiting >= SEMAPHORE_WAIT_MAX && !make_room(semaphore, tenant_id))
        return overloaded(fault);
    TAILQ_INSERT_TAIL(&semaphore->line, &waiter, next);
    semaphore->waiting++;
    while (!waiter.seated && !waiter.refused && fiber_park(until_ns, fault))
        ;
    if (waiter.seated)
        return true;
    if (waiter.refused)
        return overloaded(fault);
    remove_waiter(semaphore, &waiter);
    return fault->kind == FAULT_TIMEOUT ? overloaded(fault) : false;
}

bool semaphore_acquire(struct semaphore *semaphore, const struct loop *loop,
                       const struct uuid *tenant_id, struct fault *fault)
{
    if (semaphore->running >= semaphore->seats)
        return wait_in_line(semaphore, loop, tenant_id, fault);
    const struct visit visit = visit_of(semaphore, tenant_id);
    seat(semaphore, &visit);
    return true;
}

/* Who has waited takes the place of the one who left. */
void semaphore_release(struct semaphore *semaphore, const struct uuid *tenant_id)
{
    struct waiter *first = TAILQ_FIRST(&semaphore->line), *one;
    size_t at = 0;

    while (!uuid_equal(&semaphore->seated[at].tenant_id, tenant_id))
        at++;
    semaphore->seated[at] = semaphore->seated[--semaphore->running];
    TAILQ_FOREACH(one, &semaphore->line, next)
    {
        if (one->visit.turn < first->visit.turn)
            first = one;
    }
    if (first == NULL)
        return;
    remove_waiter(semaphore, first);
    seat(semaphore, &first->visit);
    first->seated = true;
    fiber_wake(first->fiber);
}
