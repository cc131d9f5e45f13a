// SPDX-License-Identifier: MIT
#include "rig.h"

TEST_CASE("all", .setup = rig_begin, .teardown = rig_end);

static const struct {
    const char *why, *url, *code;
} refused[] = {
    {"a private address",         "https://10.0.0.1/",             "address_refused"},
    {"loopback by IPv6",          "https://[::1]/",                "address_refused"},
    {"metadata of a cloud",       "http://169.254.169.254/latest", "address_refused"},
    {"mapped into IPv6",          "https://[::ffff:10.0.0.1]/",    "address_refused"},
    {"as a number",               "https://167772161/",            "address_refused"},
    {"another scheme",            "ftp://127.0.0.1/",              "bad_url"        },
    {"a password in the address", "http://u:p@127.0.0.1/",         "bad_url"        },
};

TEST_ROWS_WHY(nothing_is_sent_without_permission, refused)
{
    struct call call = call_to("GET", "/ok");

    call.call.url = row->url;
    make(&call);
    ck_assert(!call.ok);
    ck_assert_str_eq(call.fault.code, row->code);
    ck_assert(!call.answer.sent);
    ck_assert_int_lt(call.answer.took_ms, is_timed() ? 100 : SOON_MS);
}

TEST(plain_http_and_private_networks_need_permission)
{
    struct call call = call_to("GET", "/ok");

    call.call.allow_plain = false;
    make_refused(&call, "address_refused");
    loopback_is_public = false;
    call = make_get("/ok");
    ck_assert_str_eq(call.fault.code, "address_refused");
    call = call_to("GET", "/ok");
    call.call.allow_private = true;
    make_well(&call);
    ck_assert_int_eq(peer.requests, 1);
}

TEST(header_value_cannot_inject_a_header)
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

TEST(a_name_is_resolved_and_pinned)
{
    struct call call = call_to("GET", "/ok");

    call.call.url = textf("http://localhost:%d/ok", peer.at.port);
    call.call.allow_private = true;
    make_well(&call);
    ck_has(peer.last, textf("Host: localhost:%d\r\n", peer.at.port));
    call = call_to("GET", "/ok");
    call.call.url = "http://no-such-host.invalid/";
    make_refused(&call, "upstream_unreachable");
    ck_assert(!call.answer.sent);
}

TEST(redirects_are_not_followed)
{
    struct call call = make_get("/go?/ok");

    ck_assert(call.ok);
    ck_assert_int_eq(call.answer.status, 302);
    ck_assert_int_eq(peer.requests, 1);
}
