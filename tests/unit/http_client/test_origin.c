// SPDX-License-Identifier: MIT
#include "http/client_origin_private.h"

#include "support/scratch.h"

static struct http_origins origins;
static struct http_origin *origin;
static bool probe;

static void begin(void)
{
    origins = (struct http_origins){.failures_max = 3, .open_ns = 1000};
    ck_assert(http_origin_acquire(&origins, SLICE("https://a:443"), &origin, &fault));
}

static void end(void)
{
    http_origins_finish(&origins);
}

TEST_CASE("all", .setup = begin, .teardown = end);

static void fail_three_times(int64_t now_ns)
{
    for (int i = 0; i < 3; i++) {
        ck_assert(http_origin_admit(origin, now_ns, &probe, &fault));
        http_origin_report(&origins, origin, probe, false, now_ns);
    }
}

TEST(circuit_opens_only_after_consecutive_failures)
{
    http_origin_report(&origins, origin, false, false, 1);
    http_origin_report(&origins, origin, false, false, 1);
    http_origin_report(&origins, origin, false, true, 1);
    http_origin_report(&origins, origin, false, false, 1);
    http_origin_report(&origins, origin, false, false, 1);
    ck_assert(http_origin_admit(origin, 1, &probe, &fault));
    http_origin_report(&origins, origin, false, false, 1);
    ck_assert(!http_origin_admit(origin, 2, &probe, &fault));
    ck_assert_str_eq(fault.code, "circuit_open");
    ck_assert_int_eq(fault.retry_after_s, 1);
}

TEST(open_circuit_lets_one_probe_through)
{
    fail_three_times(1);
    ck_assert(!http_origin_admit(origin, 1000, &probe, &fault));
    ck_assert(http_origin_admit(origin, 1001, &probe, &fault));
    ck_assert(!http_origin_admit(origin, 1001, &probe, &fault));
    http_origin_report(&origins, origin, probe, true, 1002);
    ck_assert(http_origin_admit(origin, 1002, &probe, &fault));
    ck_assert(http_origin_admit(origin, 1002, &probe, &fault));
}

TEST(failed_probe_opens_the_circuit_again)
{
    fail_three_times(1);
    ck_assert(http_origin_admit(origin, 1001, &probe, &fault));
    http_origin_report(&origins, origin, probe, false, 1500);
    ck_assert(!http_origin_admit(origin, 2499, &probe, &fault));
    ck_assert(http_origin_admit(origin, 2500, &probe, &fault));
}

TEST(cancelled_probe_allows_the_next_one)
{
    fail_three_times(1);
    ck_assert(http_origin_admit(origin, 1001, &probe, &fault));
    http_origin_ignore_call(origin, probe);
    ck_assert(http_origin_admit(origin, 1001, &probe, &fault));
}

TEST(report_of_an_older_call_does_not_affect_the_probe)
{
    fail_three_times(1);
    ck_assert(http_origin_admit(origin, 1001, &probe, &fault));
    ck_assert(probe);
    http_origin_report(&origins, origin, false, false, 1002);
    http_origin_report(&origins, origin, false, true, 1003);
    http_origin_ignore_call(origin, false);
    ck_assert_msg(!http_origin_admit(origin, 2100, &probe, &fault), "the probe is still running");
    http_origin_report(&origins, origin, true, true, 2101);
    ck_assert(http_origin_admit(origin, 2101, &probe, &fault));
    ck_assert(!probe);
}

TEST(retries_are_a_tenth_of_the_calls)
{
    int retries = 0;

    for (int i = 0; i < 1000; i++) {
        http_origin_add_retry_credit(origin);
        retries += http_origin_take_retry(origin) ? 1 : 0;
    }
    ck_assert_int_eq(retries, 101);
    for (int i = 0; i < 1000; i++)
        http_origin_add_retry_credit(origin);
    for (retries = 0; http_origin_take_retry(origin); retries++)
        continue;
    ck_assert_int_eq(retries, HTTP_RETRY_SAVED);
}

TEST(table_is_limited_and_keeps_entries_in_use)
{
    struct http_origin *other;

    for (int i = 0; i < HTTP_ORIGINS_MAX + 10; i++) {
        const struct slice name = slice_of(textf("http://h%d:80", i));
        ck_assert(http_origin_acquire(&origins, name, &other, &fault));
        http_origin_release(other);
    }
    ck_assert_uint_eq(origins.count, HTTP_ORIGINS_MAX);
    ck_assert(http_origin_acquire(&origins, SLICE("https://a:443"), &other, &fault));
    ck_assert_ptr_eq(other, origin);
    for (int i = 0; i < HTTP_ORIGINS_MAX - 1; i++) {
        const struct slice name = slice_of(textf("http://i%d:80", i));
        ck_assert(http_origin_acquire(&origins, name, &other, &fault));
    }
    ck_unavailable(http_origin_acquire(&origins, SLICE("http://one-too-many:80"), &other, &fault),
                   "overloaded");
}
