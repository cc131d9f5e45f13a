// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "rig.h"

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

static void add_tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, where_nothing_may_be_sent_nothing_is, 0, ROWS(refused));
    tcase_add_test(tcase, plain_http_and_private_networks_need_permission);
    tcase_add_test(tcase, a_header_cannot_begin_another_one);
    tcase_add_test(tcase, a_name_is_resolved_and_pinned);
    tcase_add_test(tcase, redirects_are_not_followed_unless_asked);
    tcase_add_loop_test(tcase, a_redirect_into_a_private_network_is_refused, 0, ROWS(traps));
    tcase_add_test(tcase, keys_do_not_travel_to_another_origin);
    tcase_add_loop_test(tcase, a_post_becomes_what_the_redirect_says, 0, ROWS(turns));
}

int main(void)
{
    return run_suite("http/client: where a call may go", add_tests);
}
