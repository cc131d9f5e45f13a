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

START_TEST(nothing_is_sent_without_permission)
{
    struct call call = call_to("GET", "/ok");
    call.call.url = refused[_i].url;
    make(&call);
    ck_assert_msg(!call.ok, "%s", refused[_i].why);
    ck_assert_str_eq(call.fault.code, refused[_i].code);
    ck_assert(!call.answer.sent);
    ck_assert_int_lt(call.answer.took_ms, is_timed() ? 100 : SOON_MS);
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

START_TEST(header_value_cannot_inject_a_header)
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
    snprintf(url, sizeof(url), "http://localhost:%d/ok", peer.at.port);
    call.call.url = url;
    call.call.allow_private = true;
    make(&call);
    ck_assert_msg(call.ok, "%s", call.ok ? "" : call.fault.code);
    snprintf(url, sizeof(url), "Host: localhost:%d\r\n", peer.at.port);
    ck_assert_ptr_nonnull(strstr(peer.last, url));
    call = call_to("GET", "/ok");
    call.call.url = "http://no-such-host.invalid/";
    make(&call);
    ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    ck_assert(!call.answer.sent);
}
END_TEST

START_TEST(redirects_are_not_followed)
{
    struct call call = make_get("/go?/ok");
    ck_assert(call.ok);
    ck_assert_int_eq(call.answer.status, 302);
    ck_assert_int_eq(peer.requests, 1);
}
END_TEST

static void add_tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, nothing_is_sent_without_permission, 0, ROWS(refused));
    tcase_add_test(tcase, plain_http_and_private_networks_need_permission);
    tcase_add_test(tcase, header_value_cannot_inject_a_header);
    tcase_add_test(tcase, a_name_is_resolved_and_pinned);
    tcase_add_test(tcase, redirects_are_not_followed);
}

int main(void)
{
    return run_suite("http/client: where a call may go", add_tests);
}
