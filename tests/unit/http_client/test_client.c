// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include "base/now.h"
#include "http/client.h"
#include "loop/fiber.h"

#include "peer.h"

static const int64_t ns_per_ms = 1000000;
static struct peer peer;
static struct peer other;
static struct loop *loop;
static struct work *work;
static struct http_client *client;
static struct arena arena;
static bool loopback_is_public;

bool __real_work_address_is_private(const struct work_address *address);
bool __wrap_work_address_is_private(const struct work_address *address);
bool __wrap_work_address_is_private(const struct work_address *address)
{
    char text[INET6_ADDRSTRLEN];
    work_address_format(address, text);
    if (loopback_is_public && strcmp(text, "127.0.0.1") == 0)
        return false;
    return __real_work_address_is_private(address);
}

static const char *resolver_fails; /* the fault's code; NULL: it works */

bool __real_work_resolve(struct work *to, const char *host, uint16_t port, int64_t until_ns,
                         struct work_address *out, size_t *count, struct fault *fault);
bool __wrap_work_resolve(struct work *to, const char *host, uint16_t port, int64_t until_ns,
                         struct work_address *out, size_t *count, struct fault *fault);
bool __wrap_work_resolve(struct work *to, const char *host, uint16_t port, int64_t until_ns,
                         struct work_address *out, size_t *count, struct fault *fault)
{
    if (resolver_fails != NULL)
        return fault_set(fault, FAULT_UNAVAILABLE, resolver_fails, "Why.");
    return __real_work_resolve(to, host, port, until_ns, out, count, fault);
}

static void begin(void)
{
    struct fault fault;
    const struct http_client_options options = {
        .breaker_open_ms = 200, .breaker_failures = 5, .user_agent = "tapbot-test"};
    signal(SIGPIPE, SIG_IGN);
    loopback_is_public = true;
    resolver_fails = NULL;
    peer_start(&peer);
    peer_start(&other);
    arena_init(&arena, 8 << 20);
    loop = loop_create(&fault);
    ck_assert_ptr_nonnull(loop);
    work = work_create(loop, 1, 16, &fault);
    ck_assert_ptr_nonnull(work);
    client = http_client_create(loop, work, &options, &fault);
    ck_assert_ptr_nonnull(client);
}

static void end(void)
{
    http_client_destroy(client);
    work_destroy(work);
    loop_destroy(loop);
    arena_finish(&arena);
    peer_stop(&peer);
    peer_stop(&other);
}

/* --- one call, run to its end --- */

struct call {
    struct http_call call;
    struct http_answer answer;
    struct fault fault;
    bool ok;
    bool done;
    bool stops_loop;
};

static void run(void *data)
{
    struct call *call = data;
    call->ok = http_client_call(client, &call->call, &arena, &call->answer, &call->fault);
    call->done = true;
    if (call->stops_loop)
        loop_stop(loop);
}

static const char *url_of(const struct peer *to, const char *path)
{
    static char url[4][512];
    static int turn;
    char *out = url[turn++ % 4];
    snprintf(out, sizeof(url[0]), "http://127.0.0.1:%d%s", to->port, path);
    return out;
}

static struct call call_to(const char *method, const char *path)
{
    return (struct call){
        .call = {.method = method,
                 .url = url_of(&peer, path),
                 .timeout_ms = 3000,
                 .answer_max = 65536,
                 .tries = 1,
                 .allow_plain = true}
    };
}

static void start_within(struct call *call, int64_t deadline_ms)
{
    struct fault fault;
    ck_assert(
        fiber_start(loop, run, call, now_mono_ns() + deadline_ms * ns_per_ms, "call", &fault));
}

static void make(struct call *call)
{
    start_within(call, 10000);
    call->stops_loop = true;
    if (!call->done)
        loop_run(loop);
    ck_assert(call->done);
}

static struct call make_get(const char *path)
{
    struct call call = call_to("GET", path);
    make(&call);
    return call;
}

START_TEST(an_answer_comes_whole)
{
    struct call call = make_get("/ok");
    ck_assert_msg(call.ok, "%s", call.ok ? "" : call.fault.code);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert(slice_is(call.answer.body, "hello"));
    ck_assert(slice_is(call.answer.content_type, "text/plain"));
    ck_assert_ptr_null(call.answer.retry_after.at);
    ck_assert(call.answer.sent);
    call = make_get("/unknown");
    ck_assert(call.ok);
    ck_assert_int_eq(call.answer.status, 404);
    ck_assert_uint_eq(call.answer.body.len, 0);
    ck_assert_msg(peer.connections == 1, "the connection is kept");
}
END_TEST

START_TEST(what_is_sent_is_what_was_asked)
{
    static const char *const headers[] = {"X-Api-Key: secret", "Content-Type: application/json",
                                          NULL};
    struct call call = call_to("POST", "/echo?a=b");
    call.call.headers = headers;
    call.call.body = SLICE("{\"a\":1}");
    make(&call);
    ck_assert(call.ok);
    ck_assert_ptr_nonnull(strstr(peer.last, "POST /echo?a=b HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(strstr(peer.last, "X-Api-Key: secret\r\n"));
    ck_assert_ptr_nonnull(strstr(peer.last, "Content-Type: application/json\r\n"));
    ck_assert_ptr_nonnull(strstr(peer.last, "Content-Length: 7\r\n"));
    ck_assert_ptr_nonnull(strstr(peer.last, "User-Agent: tapbot-test\r\n"));
    ck_assert_ptr_nonnull(strstr(peer.last, "\r\n\r\n{\"a\":1}"));
    ck_assert_ptr_null(strstr(peer.last, "Expect:"));
}
END_TEST

static const struct {
    const char *method;
    const char *body;
    const char *line;
    const char *length; /* NULL: no body is announced */
} methods[] = {
    {"GET",    NULL, "GET /ok HTTP/1.1",    NULL               },
    {"HEAD",   NULL, "HEAD /ok HTTP/1.1",   NULL               },
    {"DELETE", NULL, "DELETE /ok HTTP/1.1", NULL               },
    {"POST",   NULL, "POST /ok HTTP/1.1",   "Content-Length: 0"},
    {"PUT",    "ab", "PUT /ok HTTP/1.1",    "Content-Length: 2"},
    {"PATCH",  "ab", "PATCH /ok HTTP/1.1",  "Content-Length: 2"},
    {"DELETE", "ab", "DELETE /ok HTTP/1.1", "Content-Length: 2"},
};

START_TEST(every_method_is_sent_as_it_is)
{
    struct call call = call_to(methods[_i].method, "/ok");
    call.call.body = slice_of(methods[_i].body);
    make(&call);
    ck_assert(call.ok);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_int_eq(strncmp(peer.last, methods[_i].line, strlen(methods[_i].line)), 0);
    if (methods[_i].length != NULL)
        ck_assert_ptr_nonnull(strstr(peer.last, methods[_i].length));
    else
        ck_assert_ptr_null(strstr(peer.last, "Content-Length"));
    ck_assert_msg(strstr(peer.last, "urlencoded") == NULL, "nobody said so");
}
END_TEST

/* --- what goes wrong --- */

static const struct {
    const char *why;
    const char *path;
    const char *code;
    enum fault_kind kind;
    int64_t at_most_ms;
} failures[] = {
    {"an answer that does not come", "/slow",    "upstream_timeout",     FAULT_TIMEOUT,     450},
    {"one that comes byte by byte",  "/drip",    "upstream_timeout",     FAULT_TIMEOUT,     450},
    {"a reset",                      "/reset",   "upstream_unreachable", FAULT_UNAVAILABLE, 200},
    {"an answer cut short",          "/cut",     "upstream_unreachable", FAULT_UNAVAILABLE, 200},
    {"no answer at all",             "/nothing", "upstream_unreachable", FAULT_UNAVAILABLE, 200},
    {"more than is accepted",        "/huge",    "answer_too_large",     FAULT_UNAVAILABLE, 200},
    {"headers without end",          "/headers", "answer_too_large",     FAULT_UNAVAILABLE, 200},
};

START_TEST(what_goes_wrong_is_a_fault_in_time)
{
    struct call call = call_to("GET", failures[_i].path);
    call.call.timeout_ms = 300;
    call.answer.status = 77;
    make(&call);
    ck_assert_msg(!call.ok, "%s", failures[_i].why);
    ck_assert_str_eq(call.fault.code, failures[_i].code);
    ck_assert_int_eq(call.fault.kind, failures[_i].kind);
    ck_assert_int_le(call.answer.took_ms, failures[_i].at_most_ms);
    ck_assert_msg(call.answer.sent, "%s", failures[_i].why);
    ck_assert_int_eq(call.answer.status, 77);
}
END_TEST

START_TEST(nobody_listening_means_nothing_was_sent)
{
    struct call call = call_to("POST", "/ok");
    static struct peer gone;
    peer_start(&gone);
    peer_stop(&gone);
    call.call.url = url_of(&gone, "/ok");
    call.answer.sent = true;
    make(&call);
    ck_assert(!call.ok);
    ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    ck_assert(!call.answer.sent);
}
END_TEST

START_TEST(the_fibers_own_deadline_rules_too)
{
    struct call call = call_to("GET", "/slow");
    call.stops_loop = true;
    start_within(&call, 100);
    loop_run(loop);
    ck_assert(!call.ok);
    ck_assert_int_eq(call.fault.kind, FAULT_TIMEOUT);
    ck_assert_int_lt(call.answer.took_ms, 200);
}
END_TEST

START_TEST(a_body_that_is_larger_than_the_arena_is_a_fault)
{
    struct call call = call_to("GET", "/huge");
    arena_finish(&arena);
    arena_init(&arena, 65536);
    call.call.answer_max = 16 << 20;
    make(&call);
    ck_assert(!call.ok);
}
END_TEST

static const struct {
    const char *why;
    const char *url;
    const char *code;
} refused[] = {
    {"a private address",         "https://10.0.0.1/",             "address_refused"},
    {"loopback by IPv6",          "https://[::1]/",                "address_refused"},
    {"metadata of a cloud",       "http://169.254.169.254/latest", "address_refused"},
    {"mapped into IPv6",          "https://[::ffff:10.0.0.1]/",    "address_refused"},
    {"as a number",               "https://167772161/",            "address_refused"},
    {"another scheme",            "ftp://127.0.0.1/",              "bad_url"        },
    {"a password in the address", "http://u:p@127.0.0.1/",         "bad_url"        },
};

START_TEST(where_nothing_may_be_sent_nothing_is)
{
    struct call call = call_to("GET", "/ok");
    call.call.url = refused[_i].url;
    make(&call);
    ck_assert_msg(!call.ok, "%s", refused[_i].why);
    ck_assert_str_eq(call.fault.code, refused[_i].code);
    ck_assert(!call.answer.sent);
    ck_assert_int_lt(call.answer.took_ms, 100);
}
END_TEST

START_TEST(plain_http_and_private_networks_need_permission)
{
    struct call call = call_to("GET", "/ok");
    call.call.allow_plain = false;
    make(&call);
    ck_assert_str_eq(call.fault.code, "address_refused");
    loopback_is_public = false;
    call = make_get("/ok");
    ck_assert_str_eq(call.fault.code, "address_refused");
    call = call_to("GET", "/ok");
    call.call.allow_private = true;
    make(&call);
    ck_assert(call.ok);
    ck_assert_int_eq(peer.requests, 1);
}
END_TEST

START_TEST(a_header_cannot_begin_another_one)
{
    static const char *const headers[] = {"X-A: b\r\nX-Injected: c", NULL};
    struct call call = call_to("GET", "/ok");
    call.call.headers = headers;
    make(&call);
    ck_assert(!call.ok);
    call = call_to("GET / HTTP/1.1\r\nX: ", "/ok");
    make(&call);
    ck_assert(!call.ok);
    ck_assert_int_eq(peer.requests, 0);
}
END_TEST

START_TEST(a_name_is_resolved_and_pinned)
{
    struct call call = call_to("GET", "/ok");
    char url[64];
    snprintf(url, sizeof(url), "http://localhost:%d/ok", peer.port);
    call.call.url = url;
    call.call.allow_private = true;
    make(&call);
    ck_assert_msg(call.ok, "%s", call.ok ? "" : call.fault.code);
    snprintf(url, sizeof(url), "Host: localhost:%d\r\n", peer.port);
    ck_assert_ptr_nonnull(strstr(peer.last, url));
    call = call_to("GET", "/ok");
    call.call.url = "http://no-such-host.invalid/";
    make(&call);
    ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    ck_assert(!call.answer.sent);
}
END_TEST

/* --- redirects --- */

START_TEST(redirects_are_not_followed_unless_asked)
{
    struct call call = make_get("/go?/ok");
    ck_assert(call.ok);
    ck_assert_int_eq(call.answer.status, 302);
    call = call_to("GET", "/go?/ok");
    call.call.redirects_max = 1;
    make(&call);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert(slice_is(call.answer.body, "hello"));
    call = call_to("GET", "/loop");
    call.call.redirects_max = 3;
    make(&call);
    ck_assert(call.ok);
    ck_assert_int_eq(call.answer.status, 302);
    ck_assert_int_eq(peer.requests, 1 + 2 + 4);
}
END_TEST

static const char *const traps[] = {"/go?http://10.0.0.1/", "/go?http://[::1]/", "/go?//10.0.0.1/",
                                    "/go?file:///etc/passwd", "/go?http://u:p@10.0.0.1/"};

START_TEST(a_redirect_into_a_private_network_is_refused)
{
    struct call call = call_to("GET", traps[_i]);
    call.call.redirects_max = 5;
    make(&call);
    ck_assert(!call.ok);
    ck_assert_str_eq(call.fault.code, "address_refused");
    ck_assert_int_eq(peer.requests, 1);
}
END_TEST

START_TEST(keys_do_not_travel_to_another_origin)
{
    static const char *const headers[] = {"Authorization: Bearer x", "X-Api-Key: y",
                                          "X-Request-Id: z", NULL};
    char path[256];
    struct call call = call_to("GET", "/go?/echo");
    call.call.headers = headers;
    call.call.redirects_max = 1;
    make(&call);
    ck_assert_ptr_nonnull(strstr(peer.last, "Authorization: Bearer x"));
    snprintf(path, sizeof(path), "/go?http://127.0.0.1:%d/echo", other.port);
    call = call_to("GET", path);
    call.call.headers = headers;
    call.call.redirects_max = 1;
    make(&call);
    ck_assert(call.ok);
    ck_assert_int_eq(other.requests, 1);
    ck_assert_ptr_null(strstr(other.last, "Authorization"));
    ck_assert_ptr_null(strstr(other.last, "X-Api-Key"));
    ck_assert_ptr_nonnull(strstr(other.last, "X-Request-Id: z"));
}
END_TEST

static const struct {
    const char *path;
    const char *line;
    bool with_body;
} turns[] = {
    {"/go?/echo",    "GET /echo",  false},
    {"/see?/echo",   "GET /echo",  false},
    {"/again?/echo", "POST /echo", true },
};

START_TEST(a_post_becomes_what_the_redirect_says)
{
    struct call call = call_to("POST", turns[_i].path);
    call.call.body = SLICE("the body");
    call.call.redirects_max = 1;
    make(&call);
    ck_assert(call.ok);
    ck_assert_int_eq(strncmp(peer.last, turns[_i].line, strlen(turns[_i].line)), 0);
    ck_assert((strstr(peer.last, "the body") != NULL) == turns[_i].with_body);
}
END_TEST

/* --- tries and the breaker --- */

START_TEST(a_503_is_tried_again_when_allowed)
{
    struct call call = call_to("GET", "/flaky");
    call.call.tries = 3;
    peer.fail_first = 1;
    make(&call);
    ck_assert(call.ok);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_int_eq(peer.requests, 2);
    peer.fail_first = 1;
    call = make_get("/flaky");
    ck_assert_msg(call.ok && call.answer.status == 503, "one try is one try");
}
END_TEST

START_TEST(retries_keep_to_their_budget)
{
    int status_503 = 0;
    for (int i = 0; i < 60; i++) {
        struct call call = call_to("GET", "/flaky");
        call.call.tries = 3;
        peer.fail_first = i % 3 == 0 ? 1 : 0;
        make(&call);
        ck_assert(call.ok);
        status_503 += call.answer.status == 503 ? 1 : 0;
    }
    ck_assert_int_le(peer.requests, 60 + 7);
    ck_assert_int_eq(status_503, 20 - (peer.requests - 60));
}
END_TEST

START_TEST(retry_after_is_honoured_within_the_deadline)
{
    struct call call = call_to("GET", "/limited");
    call.call.tries = 2;
    peer.fail_first = 1;
    make(&call);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_int_ge(call.answer.took_ms, 1000);
    peer.fail_first = 1;
    call = call_to("GET", "/limited");
    call.call.tries = 2;
    call.call.timeout_ms = 800;
    make(&call);
    ck_assert_int_eq(call.answer.status, 429);
    ck_assert(slice_is(call.answer.retry_after, "1"));
    ck_assert_int_lt(call.answer.took_ms, 300);
}
END_TEST

START_TEST(after_five_failures_the_origin_is_left_alone_and_then_probed)
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
    ck_assert_msg(call.ok, "another origin is not concerned");
    usleep(250000);
    ck_assert(make_get("/ok").ok);
    ck_assert(make_get("/ok").ok);
}
END_TEST

/* what looking up the name says, what the caller hears, whether the origin is blamed */
static const struct {
    const char *resolver;
    const char *code;
    bool blamed;
} lookups[] = {
    {"overloaded",           "overloaded",           false},
    {"out_of_memory",        "out_of_memory",        false},
    {"host_unknown",         "upstream_unreachable", true },
    {"resolver_unavailable", "upstream_unreachable", true },
};

START_TEST(our_own_troubles_are_not_the_origins)
{
    resolver_fails = lookups[_i].resolver;
    for (int i = 0; i < 5; i++) {
        struct call call = make_get("/ok");
        ck_assert(!call.ok);
        ck_assert_str_eq(call.fault.code, lookups[_i].code);
    }
    resolver_fails = NULL;
    struct call call = make_get("/ok");
    ck_assert_int_eq(call.ok, !lookups[_i].blamed);
    if (lookups[_i].blamed)
        ck_assert_str_eq(call.fault.code, "circuit_open");
}
END_TEST

START_TEST(a_kept_connection_that_dies_is_replaced_for_a_get)
{
    ck_assert(make_get("/die-second").ok);
    struct call call = make_get("/die-second");
    ck_assert_msg(call.ok, "curl asks again over a fresh connection");
    ck_assert_int_eq(peer.requests, 3);
}
END_TEST

static const char *const bodies[] = {"once only", NULL};

START_TEST(a_post_is_never_sent_twice_behind_our_back)
{
    ck_assert(make_get("/die-second").ok);
    struct call call = call_to("POST", "/die-second");
    call.call.body = slice_of(bodies[_i]);
    make(&call);
    ck_assert(call.answer.sent);
    if (bodies[_i] != NULL) {
        ck_assert(!call.ok);
        ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    }
    ck_assert_msg(peer.requests == 2, "the server saw %d", peer.requests);
}
END_TEST

/* --- many at once --- */

START_TEST(many_calls_share_few_connections)
{
    enum { CALLS = 50 };
    static struct call calls[CALLS];
    for (int i = 0; i < CALLS; i++) {
        calls[i] = call_to("GET", "/ok");
        calls[i].call.url = url_of(&peer, "/ok");
    }
    const char *url = url_of(&peer, "/ok");
    for (int i = 0; i < CALLS; i++) {
        calls[i].call.url = url;
        start_within(&calls[i], 5000);
    }
    for (int i = 0; i < CALLS; i++) {
        while (!calls[i].done)
            make_get("/ok");
        ck_assert(calls[i].ok);
    }
    ck_assert_int_le(peer.connections, 8);
}
END_TEST

START_TEST(calls_in_flight_end_when_the_client_does)
{
    struct call call = call_to("GET", "/slow");
    start_within(&call, 5000);
    make_get("/ok");
    ck_assert(!call.done);
    http_client_destroy(client);
    call.stops_loop = true;
    loop_run(loop);
    ck_assert(call.done);
    ck_assert(!call.ok);
    ck_assert_str_eq(call.fault.code, "cancelled");
    client = NULL;
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

int main(void)
{
    Suite *suite = suite_create("http/client");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, an_answer_comes_whole);
    tcase_add_test(tcase, what_is_sent_is_what_was_asked);
    tcase_add_loop_test(tcase, every_method_is_sent_as_it_is, 0, ROWS(methods));
    tcase_add_loop_test(tcase, what_goes_wrong_is_a_fault_in_time, 0, ROWS(failures));
    tcase_add_test(tcase, nobody_listening_means_nothing_was_sent);
    tcase_add_test(tcase, the_fibers_own_deadline_rules_too);
    tcase_add_test(tcase, a_body_that_is_larger_than_the_arena_is_a_fault);
    tcase_add_loop_test(tcase, where_nothing_may_be_sent_nothing_is, 0, ROWS(refused));
    tcase_add_test(tcase, plain_http_and_private_networks_need_permission);
    tcase_add_test(tcase, a_header_cannot_begin_another_one);
    tcase_add_test(tcase, a_name_is_resolved_and_pinned);
    tcase_add_test(tcase, redirects_are_not_followed_unless_asked);
    tcase_add_loop_test(tcase, a_redirect_into_a_private_network_is_refused, 0, ROWS(traps));
    tcase_add_test(tcase, keys_do_not_travel_to_another_origin);
    tcase_add_loop_test(tcase, a_post_becomes_what_the_redirect_says, 0, ROWS(turns));
    tcase_add_test(tcase, a_503_is_tried_again_when_allowed);
    tcase_add_test(tcase, retries_keep_to_their_budget);
    tcase_add_test(tcase, retry_after_is_honoured_within_the_deadline);
    tcase_add_test(tcase, after_five_failures_the_origin_is_left_alone_and_then_probed);
    tcase_add_loop_test(tcase, our_own_troubles_are_not_the_origins, 0, ROWS(lookups));
    tcase_add_test(tcase, a_kept_connection_that_dies_is_replaced_for_a_get);
    tcase_add_loop_test(tcase, a_post_is_never_sent_twice_behind_our_back, 0, ROWS(bodies));
    tcase_add_test(tcase, many_calls_share_few_connections);
    tcase_add_test(tcase, calls_in_flight_end_when_the_client_does);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
