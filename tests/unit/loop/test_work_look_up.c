// SPDX-License-Identifier: MIT
/* work_resolve_uncached() */
#include "resolver.h"

TEST_CASE("work_look_up", .setup = set_up, .teardown = tear_down, .timeout_s = 30);

static void look_up(void *data)
{
    struct ask *one = data;

    one->ok = work_resolve_uncached(work, one->host, 5432, 0, &one->goes_on, one->addresses,
                                    &one->count, &one->fault);
    one->done = true;
}

TEST(look_up_bypasses_the_cache)
{
    atomic_store(&answers, 2);
    for (int i = 1; i <= 3; i++) {
        run_now(&ask, look_up, "postgres");
        ck_assert(ask.ok);
        ck_assert_uint_eq(ask.count, 2);
        assert_address(1, "10.0.0.2", 5432);
        ck_assert_int_eq(atomic_load(&asked), i);
    }
    resolve_now("postgres");
    ck_assert_msg(atomic_load(&asked) == 4, "its result is not cached");
}

TEST_ROWS_WHY(look_up_reports_its_failure, failures)
{
    atomic_store(&answer, row->error);
    run_now(&ask, look_up, "nowhere");
    ck_assert(!ask.ok);
    ck_assert_str_eq(ask.fault.code, row->code);
    ck_assert_uint_eq(ask.count, WORK_ADDRESSES_MAX);
    start(&ask, look_up, "", 60000);
    ck_assert(ask.done && !ask.ok);
    start(&ask, look_up, "10.1.2.3", 60000);
    ck_assert(ask.done && ask.ok && ask.count == 1);
    ck_assert_int_eq(atomic_load(&asked), 1);
}

TEST(hanging_resolver_does_not_delay_look_up_beyond_its_deadline)
{
    struct ask asks[3];

    atomic_store(&silent, 1);
    start(&asks[0], look_up, "silent-a", 60000);
    start(&asks[1], look_up, "silent-b", 60000);
    start(&asks[2], look_up, "silent-c", 20); /* no thread is available for it */
    run_until_done(&asks[2]);
    ck_assert(!asks[2].ok);
    ck_assert_str_eq(asks[2].fault.code, "deadline_exceeded");
    atomic_store(&silent, 0);
    run_until_done(&asks[0]);
    run_until_done(&asks[1]);
    ck_assert(asks[0].ok && asks[1].ok);
    ck_assert_int_eq(atomic_load(&asked), 2);
}

static void look_up_again(void)
{
    ask.done = false;
    ask.count = WORK_ADDRESSES_MAX;
    ck_ok(fiber_start(loop, look_up, &ask, suite_in_ms(60000), "ask", &fault));
}

TEST(hanging_name_occupies_one_thread)
{
    struct ask other;

    atomic_store(&silent, 1);
    now_freeze(0, INT64_C(1000000000000));
    start(&ask, look_up, "silent-a", 20);
    wait_until(atomic_load(&asked) == 1, "a thread resolves the name");
    now_advance_us(21000);
    run_until_done(&ask);
    ck_assert_str_eq(ask.fault.code, "deadline_exceeded");
    for (int i = 0; i < 5; i++) {
        look_up_again();
        ck_assert_msg(ask.done && !ask.ok, "at once");
        ck_assert_str_eq(ask.fault.code, "look_up_goes_on");
    }
    ck_assert_int_eq(atomic_load(&asked), 1);
    run_now(&other, look_up, "other");
    ck_assert(other.ok && !other.goes_on);
    atomic_store(&silent, 0);
    while (ask.goes_on)
        run_now(&other, look_up, "other");
    look_up_again();
    run_until_done(&ask);
    ck_assert(ask.ok && !ask.goes_on);
}
