// SPDX-License-Identifier: MIT
#include "rig.h"

TEST_CASE("all", .setup = rig_begin, .teardown = rig_end);

TEST(retry_after_503_if_allowed)
{
    struct call call = call_to("GET", "/flaky");

    call.call.tries = 3;
    peer.fail_first = 1;
    make_well(&call);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_int_eq(peer.requests, 2);
    peer.fail_first = 1;
    call = make_get("/flaky");
    ck_assert_msg(call.ok && call.answer.status == 503, "one try is one try");
}

TEST(retries_stay_within_their_budget)
{
    int status_503 = 0;

    for (int i = 0; i < 60; i++) {
        struct call call = call_to("GET", "/flaky");
        call.call.tries = 3;
        peer.fail_first = i % 3 == 0 ? 1 : 0;
        make_well(&call);
        status_503 += call.answer.status == 503 ? 1 : 0;
    }
    ck_assert_int_le(peer.requests, 60 + 7);
    ck_assert_int_eq(status_503, 20 - (peer.requests - 60));
}

TEST(retry_after_is_honoured_within_the_deadline)
{
    struct call call = call_to("GET", "/limited");

    call.call.tries = 2;
    peer.fail_first = 1;
    make(&call);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_int_ge(call.answer.took_ms, 1000);
    peer.fail_first = 1;
    peer.retry_after_s = 90; /* longer than the timeout of the call */
    call = call_to("GET", "/limited");
    call.call.tries = 2;
    make(&call);
    ck_assert_int_eq(call.answer.status, 429);
    ck_assert_slice(call.answer.retry_after, "90");
    ck_assert_int_lt(call.answer.took_ms, is_timed() ? 300 : SOON_MS);
}

TEST(after_five_failures_the_circuit_opens_and_probes)
{
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(make_get("/broken").answer.status, 500);
    struct call call = make_get("/ok");
    ck_assert(!call.ok);
    ck_assert_str_eq(call.fault.code, "circuit_open");
    ck_assert_int_ge(call.fault.retry_after_s, 1);
    ck_assert(!call.answer.sent);
    ck_assert_int_eq(peer.requests, 5);
    call = call_to("GET", "/ok");
    call.call.url = url_of(&other, "/ok");
    make(&call);
    ck_assert_msg(call.ok, "another origin is not affected");
    pass_time(OPEN_MS);
    ck_assert(make_get("/ok").ok);
    ck_assert(make_get("/ok").ok);
}

TEST(a_429_is_not_a_failure_of_the_origin)
{
    for (int i = 0; i < 10; i++) {
        peer.fail_first = 1;
        struct call call = make_get("/limited");
        ck_assert_msg(call.ok, "call %d: %s", i, call.ok ? "" : call.fault.code);
        ck_assert_int_eq(call.answer.status, 429);
        ck_assert_slice(call.answer.retry_after, "1");
    }
    ck_assert(make_get("/ok").ok);
}

static bool no_failure(long status)
{
    return status == 0;
}

TEST(is_failure_of_a_call_also_decides_about_429)
{
    struct call call = call_to("GET", "/limited");

    call.call.tries = 3;
    call.call.is_failure = no_failure;
    peer.fail_first = 1;
    make(&call);
    ck_assert_int_eq(call.answer.status, 429);
    ck_assert_int_eq(peer.requests, 1);
}

static struct call get_past_the_breaker(const char *path)
{
    struct call call = call_to("GET", path);

    call.call.no_breaker = true;
    make(&call);
    return call;
}

TEST(call_without_breaker_bypasses_it)
{
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(get_past_the_breaker("/broken").answer.status, 500);
    ck_assert_msg(make_get("/ok").ok, "its failures are not counted");
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(make_get("/broken").answer.status, 500);
    ck_assert(get_past_the_breaker("/ok").ok);
    ck_assert_msg(!make_get("/ok").ok, "its success does not close the circuit");
}

static bool refuses_all(long status)
{
    return status == 429;
}

TEST(caller_defines_failure_statuses)
{
    for (int i = 0; i < 5; i++) {
        struct call call = call_to("GET", "/broken");
        call.call.is_failure = refuses_all;
        make(&call);
        ck_assert_int_eq(call.answer.status, 500);
    }
    for (int i = 0; i < 5; i++) {
        struct call call = call_to("GET", "/limited");
        call.call.is_failure = refuses_all;
        peer.fail_first = 1;
        make(&call);
        ck_assert_int_eq(call.answer.status, 429);
    }
    ck_assert_str_eq(make_get("/ok").fault.code, "circuit_open");
}

static const struct {
    const char *resolver, *code;
    bool blamed; /* the origin */
} lookups[] = {
    {"overloaded",           "overloaded",           false},
    {"out_of_memory",        "out_of_memory",        false},
    {"host_unknown",         "upstream_unreachable", true },
    {"resolver_unavailable", "upstream_unreachable", true },
};

TEST_ROWS(local_failures_do_not_count_against_the_origin, lookups)
{
    resolver_fails = row->resolver;
    for (int i = 0; i < 5; i++) {
        struct call call = make_get("/ok");
        ck_assert(!call.ok);
        ck_assert_str_eq(call.fault.code, row->code);
    }
    resolver_fails = NULL;
    struct call call = make_get("/ok");
    ck_assert_int_eq(call.ok, !row->blamed);
    if (row->blamed)
        ck_assert_str_eq(call.fault.code, "circuit_open");
}

TEST(dead_reused_connection_is_replaced_for_a_get)
{
    ck_assert(make_get("/die-second").ok);
    ck_assert_msg(make_get("/die-second").ok, "curl repeats the request on a new connection");
    ck_assert_int_eq(peer.requests, 3);
}

static const char *const bodies[] = {"once only", NULL};

TEST_ROWS(post_is_never_sent_twice, bodies)
{
    ck_assert(make_get("/die-second").ok);
    struct call call = call_to("POST", "/die-second");
    call.call.body = slice_of(*row);
    make(&call);
    ck_assert(call.answer.sent);
    if (*row != NULL) {
        ck_assert(!call.ok);
        ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    }
    ck_assert_msg(peer.requests == 2, "the server saw %d", peer.requests);
}
