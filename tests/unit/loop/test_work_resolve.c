// SPDX-License-Identifier: MIT
#include "resolver.h"

TEST_CASE("work_resolve", .setup = set_up, .teardown = tear_down, .timeout_s = 30);

TEST(name_is_resolved_to_addresses_with_the_port)
{
    atomic_store(&answers, 3);
    resolve_well("postgres");
    ck_assert_uint_eq(ask.count, 3);
    assert_address(0, "10.0.0.1", 5432);
    assert_address(2, "10.0.0.3", 5432);
    ck_assert_int_eq(ask.addresses[0].len, sizeof(struct sockaddr_in));
}

TEST(addresses_beyond_the_limit_are_omitted)
{
    atomic_store(&answers, 20);
    resolve_now("many");
    ck_assert_uint_eq(ask.count, WORK_ADDRESSES_MAX);
}

TEST(numbers_and_paths_need_neither_pool_nor_fiber)
{
    static const char *const hosts[] = {"127.0.0.1", "2001:db8::1", "/run/postgresql"};

    for (int i = 0; i < 3; i++) {
        ask = (struct ask){.host = hosts[i], .count = 8};
        resolve(&ask);
        ck_assert(ask.ok && ask.count == 1);
        if (i < 2)
            assert_address(0, hosts[i], 5432);
    }
    ck_assert_int_eq(ask.addresses[0].addr.ss_family, AF_UNIX);
    ck_assert_str_eq(((struct sockaddr_un *)&ask.addresses[0].addr)->sun_path, hosts[2]);
    ck_assert_int_eq(atomic_load(&asked), 0);
}

TEST(invalid_host_is_refused_without_a_look_up)
{
    char longest[300] = {0};
    const char *const hosts[] = {"", longest,
                                 "/a-path-that-is-much-longer-than-the-place-the-"
                                 "kernel-has-for-one-of-a-socket-in-its-address-of-"
                                 "family-unix-which-is-short"};

    memset(longest, 'a', 254);
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        ask = (struct ask){.host = hosts[i], .count = 8};
        resolve(&ask);
        ck_assert(!ask.ok);
        ck_assert_str_eq(ask.fault.code, "host_unknown");
        ck_assert_uint_eq(ask.count, 8);
    }
    ck_assert_int_eq(atomic_load(&asked), 0);
}

TEST(answer_is_cached_for_half_a_minute)
{
    now_freeze(0, INT64_C(1000000000000));
    for (int i = 0; i < 3; i++)
        resolve_well("postgres");
    ck_assert_int_eq(atomic_load(&asked), 1);
    now_advance_us(29 * 1000000);
    resolve_now("postgres");
    ck_assert_int_eq(atomic_load(&asked), 1);
    now_advance_us(2 * 1000000);
    resolve_now("postgres");
    wait_until(atomic_load(&asked) == 2, "the name is looked up again");
}

TEST_ROWS_WHY(failure_is_cached_for_two_seconds, failures)
{
    now_freeze(0, INT64_C(1000000000000));
    atomic_store(&answer, row->error);
    for (int i = 0; i < 2; i++) {
        resolve_now("nowhere");
        ck_assert(!ask.ok);
        ck_assert_int_eq(ask.fault.kind, FAULT_UNAVAILABLE);
        ck_assert_str_eq(ask.fault.code, row->code);
    }
    ck_assert_int_eq(atomic_load(&asked), 1);
    atomic_store(&answer, 0);
    now_advance_us(2100000);
    resolve_well("nowhere");
}

TEST(fibers_resolving_the_same_name_share_one_look_up)
{
    static struct ask asks[20];

    atomic_store(&silent, 1);
    for (int i = 0; i < 20; i++)
        start(&asks[i], resolve, "silent", 60000);
    suite_run_ms(5);
    ck_assert(!asks[0].done);
    atomic_store(&silent, 0);
    run_until_done(&asks[19]);
    for (int i = 0; i < 20; i++)
        ck_assert(asks[i].ok);
    ck_assert_int_eq(atomic_load(&asked), 1);
}

TEST(hanging_resolver_respects_deadlines)
{
    struct ask asks[2];

    atomic_store(&silent, 1);
    start(&asks[0], resolve, "silent", 20);
    start(&asks[1], resolve, "silent", 60000);
    run_until_done(&asks[0]);
    ck_assert(!asks[0].ok);
    ck_assert_str_eq(asks[0].fault.code, "deadline_exceeded");
    ck_assert(!asks[1].done);
    ck_assert_int_lt(loop_longest_held(loop).longest_ns, 50 * MS);
    /* The lookup continues for the other fiber. */
    atomic_store(&silent, 0);
    run_until_done(&asks[1]);
    ck_assert(asks[1].ok);
    ck_assert_int_eq(atomic_load(&asked), 1);
}

static void run_cpu_job(void *data)
{
    struct ask *one = data;

    one->ok = work_run(work, suite_nothing, NULL, 0, NULL, &one->fault);
    one->done = true;
}

TEST(hanging_resolver_leaves_threads_for_other_work)
{
    static const char *const hosts[] = {"silent-a", "silent-b", "silent-c", "silent-d"};
    struct ask asks[4];
    struct ask cpu = {.ok = false};

    atomic_store(&silent, 1);
    for (int i = 0; i < 4; i++)
        start(&asks[i], resolve, hosts[i], 20);
    ck_ok(fiber_start(loop, run_cpu_job, &cpu, suite_in_ms(60000), "cpu", &fault));
    run_until_done(&cpu);
    ck_assert(cpu.ok);
    ck_assert_int_le(atomic_load(&asked), 2); /* half of the threads */
    atomic_store(&silent, 0);
}

TEST(names_beyond_the_cache_are_resolved)
{
    for (int i = 0; i < 150; i++)
        resolve_well(textf("host-%d", i));
    ck_assert_int_eq(atomic_load(&asked), 150);
    resolve_now("host-149");
    ck_assert_int_eq(atomic_load(&asked), 150);
}

TEST(name_being_resolved_is_not_evicted)
{
    struct ask waiting;

    atomic_store(&silent, 1);
    start(&waiting, resolve, "silent", 60000);
    for (int i = 0; i < 150; i++)
        resolve_well(textf("host-%d", i));
    ck_assert(!waiting.done);
    atomic_store(&silent, 0);
    run_until_done(&waiting);
    ck_assert(waiting.ok);
    ck_assert_int_eq(atomic_load(&asked), 151);
}

/* --- expired addresses --- */

/* Lets the answer for "postgres" expire while a silent name occupies the thread of look-ups. */
static void expire_behind_silent_name(struct ask *other)
{
    now_freeze(0, INT64_C(1000000000000));
    make_work(2);
    resolve_well("postgres");
    atomic_store(&silent, 1);
    start(other, resolve, "silent", 60000);
    wait_until(atomic_load(&asked) == 2, "a thread resolves the silent name");
    now_advance_us(31 * 1000000);
}

TEST(expired_addresses_are_returned_if_the_next_look_up_takes_long)
{
    static struct ask other;

    expire_behind_silent_name(&other);
    start(&ask, resolve, "postgres", 60000);
    ck_assert(!ask.done);
    now_advance_us(200 * INT64_C(1000));
    run_until_done(&ask);
    ck_assert(ask.ok);
    for (int i = 0; i < 3; i++) {
        start(&ask, resolve, "postgres", 60000);
        ck_assert_msg(ask.done && ask.ok, "only the first fibers wait");
    }
    assert_address(0, "10.0.0.1", 5432);
    ck_assert(!other.done);
    atomic_store(&silent, 0);
    run_until_done(&other);
    wait_until(atomic_load(&asked) == 3, "the expired name is looked up once");
}

TEST(expired_addresses_are_returned_at_the_deadline_of_the_fiber)
{
    static struct ask other;

    expire_behind_silent_name(&other);
    start(&ask, resolve, "postgres", 100);
    ck_assert(!ask.done);
    now_advance_us(100 * INT64_C(1000));
    run_until_done(&ask);
    ck_assert(ask.ok);
    atomic_store(&silent, 0);
    run_until_done(&other);
}

TEST(new_address_replaces_expired_one_at_once)
{
    now_freeze(0, INT64_C(1000000000000));
    resolve_well("postgres");
    ck_assert_uint_eq(ask.count, 1);
    now_advance_us(31 * 1000000);
    atomic_store(&answers, 2);
    resolve_well("postgres");
    ck_assert_uint_eq(ask.count, 2);
}

/* 0: their look-up is five minutes old; 1: they accept no connections */
TEST_LOOP(expired_addresses_are_not_returned, 0, 2)
{
    static struct ask other, late;

    expire_behind_silent_name(&other);
    if (_i == 0)
        now_advance_us(270 * INT64_C(1000000));
    else
        work_distrust_addresses(work, "postgres");
    start(&late, resolve, "postgres", 60000);
    ck_assert(!late.done);
    atomic_store(&silent, 0);
    run_until_done(&late);
    ck_assert(late.ok);
    ck_assert_int_eq(atomic_load(&asked), 3);
}

TEST_ROWS_WHY(failed_look_up_keeps_addresses_of_a_name_that_may_exist, failures)
{
    now_freeze(0, INT64_C(1000000000000));
    make_work(2);
    resolve_well("postgres");
    now_advance_us(31 * 1000000);
    atomic_store(&answer, row->error);
    for (int i = 0; i < 2; i++) {
        resolve_now("postgres");
        ck_assert(ask.ok == (row->error != EAI_NONAME));
    }
    ck_assert_int_eq(atomic_load(&asked), 2);
    now_advance_us(270 * INT64_C(1000000));
    resolve_now("postgres");
    ck_assert(!ask.ok);
    ck_assert_str_eq(ask.fault.code, row->code);
}

/* --- names whose addresses refuse connections --- */

/* Resolves the name after a pause; returns how often the system's resolver has been called in
 * total. */
static int lookups_after(const char *host, int wait_ms)
{
    now_advance_us(wait_ms * INT64_C(1000));
    resolve_well(host);
    return atomic_load(&asked);
}

TEST(unreachable_addresses_are_resolved_again_after_two_seconds)
{
    now_freeze(0, INT64_C(1000000000000));
    work_distrust_addresses(work, "postgres");
    ck_assert_int_eq(lookups_after("postgres", 0), 1);
    ck_assert_int_eq(lookups_after("redis", 0), 2);
    for (int i = 0; i < 3; i++)
        work_distrust_addresses(work, "postgres");
    ck_assert_int_eq(lookups_after("postgres", 1900), 2);
    ck_assert_int_eq(lookups_after("postgres", 200), 3);
    ck_assert_msg(lookups_after("postgres", 5000) == 3, "a new answer is cached");
    ck_assert_msg(lookups_after("redis", 0) == 3, "the answer for another name is cached");
}

TEST(repeated_distrust_adds_no_look_ups)
{
    now_freeze(0, INT64_C(1000000000000));
    for (int second = 0; second < 20; second++) {
        ck_assert_int_eq(lookups_after("postgres", 1000), second / 2 + 1);
        work_distrust_addresses(work, "postgres");
    }
}
