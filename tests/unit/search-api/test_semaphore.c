// SPDX-License-Identifier: MIT
/* Who waits at a semaphore, and who is served next. Each fiber enters for a tenant and leaves when
 * it is told to. */
#include "jobs/semaphore.h"
#include "unit/base/suite.h"
#include "unit/loop/held_clock.h"

enum { VISITS_MAX = SEMAPHORE_WAIT_MAX + 8 };

static struct loop *loop;
static struct semaphore *semaphore;

static struct visit {
    struct uuid tenant_id;
    bool seated;
    bool over; /* it has left, or was refused */
    bool may_leave;
    size_t place; /* in the order of being seated, from 1 */
    struct fault fault;
} visits[VISITS_MAX];
static size_t count, seated;

static bool nap(void)
{
    struct fault fault;

    return fiber_sleep(0, &fault);
}

static void run_visit(void *data)
{
    struct visit *visit = data;

    visit->seated = semaphore_acquire(semaphore, loop, &visit->tenant_id, &visit->fault);
    if (visit->seated)
        visit->place = ++seated;
    while (visit->seated && !visit->may_leave)
        ck_assert(nap());
    if (visit->seated)
        semaphore_release(semaphore, &visit->tenant_id);
    visit->seated = false;
    visit->over = true;
}

/* Returns its index. */
static size_t come(uint8_t tenant)
{
    struct fault fault;
    struct visit *visit = &visits[count];

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

/* Each leaves once it was seated. */
static void let_all_leave(void)
{
    for (size_t i = 0; i < count; i++)
        visits[i].may_leave = true;
    for (size_t i = 0; i < count; i++)
        wait_for(&visits[i].over);
}

static size_t seated_of(uint8_t tenant)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += visits[i].seated && visits[i].tenant_id.bytes[0] == tenant;
    return found;
}

static void begin(size_t seats)
{
    struct fault fault;

    count = seated = 0;
    semaphore = semaphore_create(seats, &fault);
    ck_assert_ptr_nonnull(semaphore);
}

static void end(void)
{
    let_all_leave();
    semaphore_destroy(semaphore);
    loop_stop(loop);
}

static void in_fiber(fiber_fn *body, void *data)
{
    struct fault fault;

    hold_clock();
    loop = loop_create(&fault);
    ck_assert_ptr_nonnull(loop);
    ck_assert(fiber_start(loop, body, data, INT64_MAX, "body", &fault));
    loop_run(loop);
    loop_destroy(loop);
}

static const struct {
    const char *why;
    size_t seats;
} rooms[] = {
    {"one seat",    1},
    {"two seats",   2},
    {"eight seats", 8},
};

/* The line of the first tenant is long; two others come later, twice each. */
static void turns_body(void *data)
{
    const size_t seats = rooms[*(const int *)data].seats;
    size_t others[4];

    begin(seats);
    for (size_t i = 0; i < seats + 20; i++)
        come(1);
    for (uint8_t i = 0; i < 4; i++)
        others[i] = come((uint8_t)(2 + i % 2));
    ck_assert_uint_eq(seated_of(1), seats);
    let_all_leave();
    ck_assert_uint_eq(seated, seats + 24);
    /* Two rounds of three tenants. */
    for (size_t i = 0; i < 4; i++)
        ck_assert_msg(visits[others[i]].place <= seats + 6, "%s: place %zu",
                      rooms[*(const int *)data].why, visits[others[i]].place);
    end();
}
START_TEST(tenants_take_turns)
{
    in_fiber(turns_body, &_i);
}
END_TEST

static void alone_body(void *data)
{
    (void)data;
    begin(3);
    for (int i = 0; i < 5; i++)
        come(1);
    ck_assert_uint_eq(seated_of(1), 3);
    visits[1].may_leave = true;
    wait_for(&visits[3].seated);
    end();
}
START_TEST(one_tenant_alone_has_all_seats)
{
    in_fiber(alone_body, NULL);
}
END_TEST

/* The first tenant fills the line. */
static void full_body(void *data)
{
    (void)data;
    begin(1);
    for (int i = 0; i <= SEMAPHORE_WAIT_MAX; i++)
        come(1);
    const size_t refused = come(1);
    ck_assert(visits[refused].over);
    ck_assert_str_eq(visits[refused].fault.code, "overloaded");
    const size_t modest = come(2);
    ck_assert(!visits[modest].over);
    ck_assert(visits[SEMAPHORE_WAIT_MAX].over); /* the last of the first tenant */
    ck_assert_str_eq(visits[SEMAPHORE_WAIT_MAX].fault.code, "overloaded");
    let_all_leave();
    ck_assert_uint_eq(visits[modest].place, 2);
    end();
}
START_TEST(a_full_line_refuses_the_tenant_with_the_most_in_it)
{
    in_fiber(full_body, NULL);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("desk");

    tcase_add_loop_test(tests, tenants_take_turns, 0, COUNT(rooms));
    tcase_add_test(tests, one_tenant_alone_has_all_seats);
    tcase_add_test(tests, a_full_line_refuses_the_tenant_with_the_most_in_it);
    return suite_main("desk", tests);
}
