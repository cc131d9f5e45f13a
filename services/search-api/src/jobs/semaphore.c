// SPDX-License-Identifier: MIT
#include "jobs/semaphore.h"

#include <assert.h>

#include "base/now.h"

/* A waiting request, on the stack of its fiber. */
struct semaphore_waiter {
    TAILQ_ENTRY(semaphore_waiter) next;
    struct semaphore_request request;
    struct fiber *fiber;
    bool admitted;
    bool refused;
};

void semaphore_init(struct semaphore *semaphore, size_t slots)
{
    assert(slots <= SEMAPHORE_SLOTS_MAX);
    *semaphore = (struct semaphore){.slots = slots};
    TAILQ_INIT(&semaphore->queue);
}

/* Returns the turn of a new request of the tenant: `turn_min` or, if a request `other` of the
 * tenant has that turn or a later one, the turn after it. */
static int64_t turn_after_own_request(int64_t turn_min, const struct semaphore_request *other,
                                      const struct uuid *tenant_id)
{
    return other->turn >= turn_min && uuid_equal(&other->tenant_id, tenant_id) ? other->turn + 1
                                                                               : turn_min;
}

static struct semaphore_request make_request_with_turn(const struct semaphore *semaphore,
                                                       const struct uuid *tenant_id)
{
    struct semaphore_request request = {*tenant_id, semaphore->turn};
    const struct semaphore_waiter *one;

    for (size_t i = 0; i < semaphore->running; i++)
        request.turn = turn_after_own_request(request.turn, &semaphore->admitted[i], tenant_id);
    TAILQ_FOREACH(one, &semaphore->queue, next)
    {
        request.turn = turn_after_own_request(request.turn, &one->request, tenant_id);
    }
    return request;
}

static void admit_request(struct semaphore *semaphore, const struct semaphore_request *request)
{
    semaphore->admitted[semaphore->running++] = *request;
    semaphore->turn = request->turn;
}

static size_t count_waiting_requests(const struct semaphore *semaphore,
                                     const struct uuid *tenant_id)
{
    const struct semaphore_waiter *one;
    size_t count = 0;

    TAILQ_FOREACH(one, &semaphore->queue, next)
    {
        count += uuid_equal(&one->request.tenant_id, tenant_id);
    }
    return count;
}

static void remove_waiter(struct semaphore *semaphore, struct semaphore_waiter *waiter)
{
    TAILQ_REMOVE(&semaphore->queue, waiter, next);
    semaphore->waiting--;
}

static bool set_overloaded_fault(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many searches are under way.");
}

/* Makes room in a full queue: refuses the last request of the tenant with the most waiting
 * requests. False: that tenant is `new_tenant_id`, the tenant of the new request, so the new
 * request must be refused. */
static bool make_room_in_queue(struct semaphore *semaphore, const struct uuid *new_tenant_id)
{
    size_t most = count_waiting_requests(semaphore, new_tenant_id) + 1;
    struct semaphore_waiter *last = NULL, *one;

    TAILQ_FOREACH(one, &semaphore->queue, next)
    {
        const size_t count = count_waiting_requests(semaphore, &one->request.tenant_id);
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

static bool wait_in_queue(struct semaphore *semaphore, const struct loop *loop,
                          const struct uuid *tenant_id, struct fault *fault)
{
    const int64_t until_ns = loop_now_ns(loop) + SEMAPHORE_WAIT_MS * NS_PER_MS;
    struct semaphore_waiter waiter = {.request = make_request_with_turn(semaphore, tenant_id),
                                      .fiber = fiber_current()};

    if (semaphore->waiting >= SEMAPHORE_WAIT_MAX && !make_room_in_queue(semaphore, tenant_id))
        return set_overloaded_fault(fault);
    TAILQ_INSERT_TAIL(&semaphore->queue, &waiter, next);
    semaphore->waiting++;
    while (!waiter.admitted && !waiter.refused && fiber_park(until_ns, fault))
        ;
    if (waiter.admitted)
        return true;
    if (waiter.refused)
        return set_overloaded_fault(fault);
    remove_waiter(semaphore, &waiter);
    return fault->kind == FAULT_TIMEOUT ? set_overloaded_fault(fault) : false;
}

bool semaphore_acquire(struct semaphore *semaphore, const struct loop *loop,
                       const struct uuid *tenant_id, struct fault *fault)
{
    if (semaphore->running >= semaphore->slots)
        return wait_in_queue(semaphore, loop, tenant_id, fault);
    const struct semaphore_request request = make_request_with_turn(semaphore, tenant_id);
    admit_request(semaphore, &request);
    return true;
}

/* Frees a slot of the tenant, and gives the slot to the waiting request with the lowest turn. */
void semaphore_release(struct semaphore *semaphore, const struct uuid *tenant_id)
{
    struct semaphore_waiter *first = TAILQ_FIRST(&semaphore->queue), *one;
    size_t at = 0;

    while (!uuid_equal(&semaphore->admitted[at].tenant_id, tenant_id))
        at++;
    semaphore->admitted[at] = semaphore->admitted[--semaphore->running];
    TAILQ_FOREACH(one, &semaphore->queue, next)
    {
        if (one->request.turn < first->request.turn)
            first = one;
    }
    if (first == NULL)
        return;
    remove_waiter(semaphore, first);
    admit_request(semaphore, &first->request);
    first->admitted = true;
    fiber_wake(first->fiber);
}
