// SPDX-License-Identifier: MIT

#include "proxy.h"
#include "rig.h"

static struct proxy proxy;

static void begin(void)
{
    rig_begin();
    proxy_start(&proxy, &peer);
}

static void end(void)
{
    proxy_stop(&proxy);
    rig_end();
}

TEST_CASE("all", .setup = begin, .teardown = end);

static const char *const schemes[] = {"http", "socks5h"};

/* Creates a client that uses the proxy. `login` ends with '@', or is empty. */
static void use_proxy(const char *scheme, const char *login)
{
    static char text[128];
    const struct http_client_options options = {.proxy = text};

    snprintf(text, sizeof text, "%s://%s127.0.0.1:%d", scheme, login, proxy.at.port);
    remake_client(&options);
    memset(text, 'x', sizeof text - 1); /* the client must have copied it */
}

static struct call get_by_name(const char *path)
{
    struct call call = call_to("GET", path);

    call.call.url = textf("http://telegram.test:%d%s", peer.at.port, path);
    make(&call);
    return call;
}

TEST_ROWS(proxy_resolves_the_name_and_passes_the_call_on, schemes)
{
    setenv("no_proxy", "*", 1);
    use_proxy(*row, "");
    struct call call = get_by_name("/ok");
    ck_assert_msg(call.ok, "%s", call.ok ? "" : call.fault.code);
    ck_assert_slice(call.answer.body, "hello");
    ck_assert(call.answer.sent);
    ck_assert_msg(call.answer.retry_after.at == NULL, "a header of the proxy is not the server's");
    const char *asked = textf("telegram.test:%d", peer.at.port);
    ck_assert_str_eq(proxy.asked, asked);
    ck_begins(peer.last, "GET /ok HTTP/1.1\r\n");
    ck_has(peer.last, asked);
    ck_assert(get_by_name("/ok").ok);
    ck_assert_msg(proxy.at.connections == 1, "the tunnel is reused");
}

TEST(proxy_gets_no_header_of_the_call)
{
    static const char *const headers[] = {"X-Api-Key: secret", NULL};
    struct call call = call_to("GET", "/ok");

    use_proxy("http", "");
    call.call.headers = headers;
    make_well(&call);
    ck_has(peer.last, "X-Api-Key: secret");
    ck_lacks(proxy.head, "X-Api-Key");
}

TEST_ROWS(proxy_gets_user_and_password, schemes)
{
    proxy.user = "bot";
    proxy.password = "p@ss";
    use_proxy(*row, "bot:p%40ss@");
    ck_assert(get_by_name("/ok").ok);
    use_proxy(*row, "bot:wrong@");
    struct call call = get_by_name("/ok");
    ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    ck_assert(!call.answer.sent);
    use_proxy(*row, "");
    ck_assert_str_eq(get_by_name("/ok").fault.code, "upstream_unreachable");
    ck_assert_int_eq(peer.requests, 1);
}

static const struct {
    const char *why, *scheme;
    enum proxy_mood mood;
    const char *code;
    bool sent;
} failures[] = {
    {"CONNECT is refused",       "http",    PROXY_REFUSES,    "upstream_unreachable", false},
    {"CONNECT is cut",           "http",    PROXY_CUTS,       "upstream_unreachable", false},
    {"CONNECT is not answered",  "http",    PROXY_HANGS,      "upstream_timeout",     false},
    {"a tunnel is cut",          "http",    PROXY_CUTS_LATER, "upstream_unreachable", true },
    {"SOCKS is refused",         "socks5h", PROXY_REFUSES,    "upstream_unreachable", false},
    {"SOCKS is cut",             "socks5h", PROXY_CUTS,       "upstream_unreachable", false},
    {"SOCKS is not answered",    "socks5h", PROXY_HANGS,      "upstream_timeout",     false},
    {"a tunnel of SOCKS is cut", "socks5h", PROXY_CUTS_LATER, "upstream_unreachable", true },
};

TEST_ROWS_WHY(refusal_by_the_proxy_is_not_sent, failures)
{
    struct call call = call_to("POST", "/never");

    use_proxy(row->scheme, "");
    proxy.mood = row->mood;
    if (row->mood == PROXY_HANGS)
        call.call.timeout_ms = 300;
    call.call.body = SLICE("{}");
    call.call.url = "http://telegram.test/never";
    make(&call);
    ck_assert(!call.ok);
    ck_assert_str_eq(call.fault.code, row->code);
    ck_assert(call.answer.sent == row->sent);
    ck_assert_int_le(call.answer.took_ms, is_timed() ? 450 : SOON_MS);
}

TEST_ROWS(missing_proxy_is_reported_as_unreachable, schemes)
{
    use_proxy(*row, "");
    proxy_stop(&proxy);
    struct call call = get_by_name("/ok");
    ck_assert_str_eq(call.fault.code, "upstream_unreachable");
    ck_assert(!call.answer.sent);
    ck_assert_int_eq(peer.requests, 0);
}

TEST(name_of_an_unreachable_proxy_is_looked_up_again)
{
    const char *text = textf("http://proxy.test:%d", proxy.at.port);
    const struct http_client_options options = {.proxy = text};

    remake_client(&options);
    proxy_stop(&proxy);
    for (int i = 1; i <= 2; i++) {
        ck_assert(!get_by_name("/ok").ok);
        ck_assert_int_eq(atomic_load(&look_ups), i);
        pass_time(3000);
    }
}

static const char *const private_hosts[] = {"http://10.0.0.1/ok",    "http://[::1]/ok",
                                            "http://localhost/ok",   "http://LOCALHOST./ok",
                                            "http://a.localhost/ok", "http://167772161/ok"};

TEST_ROWS(private_address_is_refused_before_the_proxy, private_hosts)
{
    struct call call = call_to("GET", "/ok");

    use_proxy("http", "");
    call.call.url = *row;
    make_refused(&call, "address_refused");
    ck_assert_int_eq(proxy.at.connections, 0);
    call = call_to("GET", "/ok");
    call.call.url = *row;
    call.call.allow_private = true;
    make_well(&call);
}
