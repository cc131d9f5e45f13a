// SPDX-License-Identifier: MIT
/* The system's resolver is replaced at link time: the test sets its answers, their delay, and
 * counts its calls. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdatomic.h>
#include <sys/un.h>

#include "loop/work.h"

#include "suite.h"
#include "support/patience.h"

static atomic_int asked;
static atomic_int silent;  /* the resolver does not answer while set */
static atomic_int answer;  /* of getaddrinfo() */
static atomic_int answers; /* addresses of a known name */

/* A known name has the addresses 10.0.0.1, 10.0.0.2 and so on. */
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    struct chain {
        struct addrinfo info;
        struct sockaddr_in address;
    };

    atomic_fetch_add(&asked, 1);
    while (atomic_load(&silent) && strncmp(host, "silent", 6) == 0)
        usleep(500);
    if (atomic_load(&answer) != 0)
        return atomic_load(&answer);
    for (int i = atomic_load(&answers); i > 0; i--) {
        struct chain *chain = calloc(1, sizeof(*chain));
        chain->address.sin_family = AF_INET;
        chain->address.sin_addr.s_addr = htonl(0x0a000000u + (unsigned)i);
        chain->info = (struct addrinfo){.ai_addr = (struct sockaddr *)&chain->address,
                                        .ai_addrlen = sizeof(chain->address),
                                        .ai_next = *found};
        *found = &chain->info;
    }
    return 0;
}

void freeaddrinfo(struct addrinfo *found)
{
    while (found != NULL) {
        struct addrinfo *next = found->ai_next;
        free(found);
        found = next;
    }
}

struct ask {
    const char *host;
    struct work_address addresses[WORK_ADDRESSES_MAX];
    size_t count;
    bool ok, done;
    struct fault fault;
    bool goes_on; /* of a lookup */
};

static struct work *work;

static void set_up(void)
{
    suite_begin();
    ck_ok((work = work_create(loop, 4, 8, &fault)) != NULL);
    atomic_store(&asked, 0);
    atomic_store(&silent, 0);
    atomic_store(&answer, 0);
    atomic_store(&answers, 1);
}

static void tear_down(void)
{
    atomic_store(&silent, 0);
    work_destroy(work);
    suite_end();
}

TEST_CASE("work_resolve", .setup = set_up, .teardown = tear_down, .timeout_s = 30);

static void resolve(void *data)
{
    struct ask *ask = data;

    ask->ok = work_resolve(work, ask->host, 5432, 0, ask->addresses, &ask->count, &ask->fault);
    ask->done = true;
}

static void look_up(void *data)
{
    struct ask *ask = data;

    ask->ok = work_resolve_uncached(work, ask->host, 5432, 0, &ask->goes_on, ask->addresses,
                                    &ask->count, &ask->fault);
    ask->done = true;
}

static void start(struct ask *ask, fiber_fn *run, const char *host, int deadline_ms)
{
    *ask = (struct ask){.host = host, .count = WORK_ADDRESSES_MAX};
    ck_ok(fiber_start(loop, run, ask, suite_in_ms(deadline_ms), "ask", &fault));
}

static bool stop_when_done(void *data)
{
    const struct ask *ask = data;

    if (ask->done)
        loop_stop(loop);
    return false;
}

static void run_until_done(struct ask *ask)
{
    struct loop_hook hook;

    loop_hook_add(loop, &hook, stop_when_done, ask);
    if (!ask->done)
        loop_run(loop);
    loop_hook_remove(loop, &hook);
}

static void run_now(struct ask *ask, fiber_fn *run, const char *host)
{
    start(ask, run, host, 60000);
    run_until_done(ask);
}

static struct ask ask; /* of a test that needs only one */

static void resolve_now(const char *host)
{
    run_now(&ask, resolve, host);
}

static void resolve_well(const char *host)
{
    resolve_now(host);
    ck_assert(ask.ok);
}

static void assert_address(size_t i, const char *text, int port)
{
    char out[INET6_ADDRSTRLEN];
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&ask.addresses[i].addr;

    work_address_format(&ask.addresses[i], out);
    ck_assert_str_eq(out, text);
    ck_assert_int_eq(ntohs(v4->sin_port), port); /* at the same offset in sockaddr_in6 */
}

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
    ck_assert_int_eq(atomic_load(&asked), 2);
}

static const struct {
    const char *why;
    int error;
    const char *code;
} failures[] = {
    {"no such name",        EAI_NONAME, "host_unknown"        },
    {"no answer",           EAI_AGAIN,  "resolver_unavailable"},
    {"the resolver failed", EAI_FAIL,   "resolver_unavailable"},
};

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

/* --- work_resolve_uncached() --- */

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
