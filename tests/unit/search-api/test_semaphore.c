// SPDX-License-Identifier: MIT
/* The order in which a semaphore admits requests. Each fiber acquires a slot for a tenant and
 * releases it on demand. */
#include "jobs/semaphore.h"
#include "support/scratch.h"
#include "unit/loop/held_clock.h"

enum { VISITS_MAX = SEMAPHORE_WAIT_MAX + 8 };

static struct loop *loop;
static struct semaphore semaphore;

static struct visit {
    struct uuid tenant_id;
    bool seated;
    bool over; /* released, or refused */
    bool may_leave;
    size_t place; /* in the order of admission, from 1 */
    struct fault fault;
} requests[VISITS_MAX];
static size_t count, seated;

static bool nap(void)
{
    return fiber_sleep(0, &fault);
}

static void run_visit(void *data)
{
    struct visit *visit = data;

    visit->seated = semaphore_acquire(&semaphore, loop, &visit->tenant_id, &visit->fault);
    if (visit->seated)
        visit->place = ++seated;
    while (visit->seated && !visit->may_leave)
        ck_assert(nap());
    if (visit->seated)
        semaphore_release(&semaphore, &visit->tenant_id);
    visit->seated = false;
    visit->over = true;
}

/* Returns its index. */
static size_t start_request(uint8_t tenant)
{
    struct visit *visit = &requests[count];

    *visit = (struct visit){.tenant_id.bytes[0] = tenant};
    ck_assert(fiber_start(loop, run_visit, visit, INT64_MAX, "visit", &fault));
    ck_assert(nap());
    return count++;
}

static void wait_for(const bool *condition)
{
    while (!*condition)
        ck_assert(nap());
}

/* Each releases its slot once it has one. */
static void release_all(void)
{
    for (size_t i = 0; i < count; i++)
        requests[i].may_leave = true;
    for (size_t i = 0; i < count; i++)
        wait_for(&requests[i].over);
}

static size_t seated_of(uint8_t tenant)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += requests[i].seated && requests[i].tenant_id.bytes[0] == tenant;
    return found;
}

static void begin(size_t slots)
{
    count = seated = 0;
    semaphore_init(&semaphore, slots);
}

static void end(void)
{
    release_all();
    loop_stop(loop);
}

static void in_fiber(fiber_fn *body, void *data)
{
    hold_clock();
    ck_ok((loop = loop_create(&fault)) != NULL);
    ck_ok(fiber_start(loop, body, data, INT64_MAX, "body", &fault));
    loop_run(loop);
    loop_destroy(loop);
}

#define FIBER_RUN in_fiber

static const struct {
    const char *why;
    size_t slots;
} sizes[] = {
    {"one seat",    1},
    {"two seats",   2},
    {"eight seats", 8},
};

/* The queue of the first tenant is long; two others start_request later, twice each. */
FIBER_TEST_ROWS_WHY(tenants_take_turns, sizes)
{
    size_t others[4];

    begin(row->slots);
    for (size_t i = 0; i < row->slots + 20; i++)
        start_request(1);
    for (uint8_t i = 0; i < 4; i++)
        others[i] = start_request((uint8_t)(2 + i % 2));
    ck_assert_uint_eq(seated_of(1), row->slots);
    release_all();
    ck_assert_uint_eq(seated, row->slots + 24);
    /* Two rounds of three tenants. */
    for (size_t i = 0; i < 4; i++)
        ck_assert_msg(requests[others[i]].place <= row->slots + 6, "place %zu",
                      requests[others[i]].place);
    end();
}

FIBER_TEST(single_tenant_may_use_all_slots)
{
    begin(3);
    for (int i = 0; i < 5; i++)
        start_request(1);
    ck_assert_uint_eq(seated_of(1), 3);
    requests[1].may_leave = true;
    wait_for(&requests[3].seated);
    end();
}

/* The first tenant fills the queue. */
FIBER_TEST(full_queue_refuses_the_tenant_with_most_requests)
{
    begin(1);
    for (int i = 0; i <= SEMAPHORE_WAIT_MAX; i++)
        start_request(1);
    const size_t refused = start_request(1);
    ck_assert(requests[refused].over);
    ck_assert_str_eq(requests[refused].fault.code, "overloaded");
    const size_t modest = start_request(2);
    ck_assert(!requests[modest].over);
    ck_assert(requests[SEMAPHORE_WAIT_MAX].over); /* the last request of the first tenant */
    ck_assert_str_eq(requests[SEMAPHORE_WAIT_MAX].fault.code, "overloaded");
    release_all();
    ck_assert_uint_eq(requests[modest].place, 2);
    end();
}
