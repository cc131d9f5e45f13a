// SPDX-License-Identifier: MIT
#include "rig.h"
#include "support/metric_of.h"

TEST_CASE("all", .setup = rig_begin, .teardown = rig_end);

static double calls_of(const char *outcome)
{
    return metric_of(textf("http_client_calls_total{outcome=\"%s\"}", outcome));
}

static const char duration_count[] = "http_client_call_duration_seconds_count";

TEST(calls_are_counted_by_the_class_of_their_answer)
{
    double good = calls_of("2xx"), bad = calls_of("4xx"), failed = calls_of("5xx");
    double took = metric_of(duration_count);

    ck_assert(make_get("/ok").ok);
    peer.fail_first = 1;
    ck_assert_int_eq(make_get("/limited").answer.status, 429);
    ck_assert_int_eq(make_get("/broken").answer.status, 500);
    ck_assert_double_eq(calls_of("2xx"), good + 1);
    ck_assert_double_eq(calls_of("4xx"), bad + 1);
    ck_assert_double_eq(calls_of("5xx"), failed + 1);
    ck_assert_double_eq(metric_of(duration_count), took + 3);
}

TEST(retry_is_counted_and_its_call_once)
{
    double good = calls_of("2xx"), retries = metric_of("http_client_retries_total");
    struct call call = call_to("GET", "/flaky");

    call.call.tries = 3;
    peer.fail_first = 1;
    make(&call);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_double_eq(calls_of("2xx"), good + 1);
    ck_assert_double_eq(metric_of("http_client_retries_total"), retries + 1);
}

TEST(a_call_without_an_answer_is_counted_by_its_reason)
{
    double unreachable = calls_of("upstream_unreachable"), open = calls_of("circuit_open");
    double other_faults = calls_of("other"), took = metric_of(duration_count);

    resolver_fails = "host_unknown";
    for (int i = 0; i < 5; i++)
        ck_assert(!make_get("/ok").ok);
    resolver_fails = NULL;
    ck_assert_str_eq(make_get("/ok").fault.code, "circuit_open");
    struct call call = call_to("get", "/ok");
    make_refused(&call, "bad_call");
    ck_assert_double_eq(calls_of("upstream_unreachable"), unreachable + 5);
    ck_assert_double_eq(calls_of("circuit_open"), open + 1);
    ck_assert_double_eq(calls_of("other"), other_faults + 1);
    ck_assert_double_eq(metric_of(duration_count), took);
}
