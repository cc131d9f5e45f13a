// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include "http/client.h"
#include "http/client_target_private.h"

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, 65536);
}

static void end(void)
{
    arena_finish(&arena);
}

static const struct {
    const char *why;
    const char *url;
    const char *origin;
    const char *host;
    unsigned port;
    bool plain;
} good[] = {
    {"https",                  "https://a.kz/x?y=1", "https://a.kz:443",    "a.kz",      443,  false},
    {"http with port",         "http://a.kz:8080",   "http://a.kz:8080",    "a.kz",      8080, true },
    {"IPv6",                   "http://[::1]:80/",   "http://[::1]:80",     "::1",       80,   true },
    {"a number is an address", "http://2130706433/", "http://127.0.0.1:80", "127.0.0.1", 80,   true },
    {"hex and short too",      "http://0x7f.1/",     "http://127.0.0.1:80", "127.0.0.1", 80,   true },
};

START_TEST(url_is_parsed_as_by_curl)
{
    struct http_target target;
    struct fault fault;
    ck_assert_msg(http_target_parse(good[_i].url, NULL, &arena, &target, &fault), "%s",
                  good[_i].why);
    ck_assert(slice_is(target.origin, good[_i].origin));
    ck_assert_str_eq(target.host, good[_i].host);
    ck_assert_uint_eq(target.port, good[_i].port);
    ck_assert(target.plain == good[_i].plain);
}
END_TEST

static const struct {
    const char *why;
    const char *url;
} bad[] = {
    {"an unsupported scheme", "ftp://a.kz/"             },
    {"a file",                "file:///etc/passwd"      },
    {"a password",            "https://u:p@a.kz/"       },
    {"no host",               "https://"                },
    {"a zone",                "http://[fe80::1%25eth0]/"},
    {"port 0",                "http://a.kz:0/"          },
    {"port too high",         "http://a.kz:65536/"      },
    {"nothing",               ""                        },
};

START_TEST(other_urls_are_refused)
{
    struct http_target target = {.port = 77};
    struct fault fault;
    ck_assert_msg(!http_target_parse(bad[_i].url, NULL, &arena, &target, &fault), "%s",
                  bad[_i].why);
    ck_assert_str_eq(fault.code, "bad_url");
    ck_assert_uint_eq(target.port, 77);
}
END_TEST

static const struct {
    const char *url;
    const char *host;
    bool plain, is_private, is_loopback;
} urls[] = {
    {"https://a.kz/x",            "a.kz",         false, false, false},
    {"http://n8n:5678/webhook/x", "n8n",          true,  false, false},
    {"https://10.0.0.1",          "10.0.0.1",     false, true,  false},
    {"https://127.9.8.7/",        "127.9.8.7",    false, true,  true },
    {"http://2130706433/",        "127.0.0.1",    true,  true,  true },
    {"https://[::1]:8443/",       "::1",          false, true,  true },
    {"https://[fd00::1]/",        "fd00::1",      false, true,  false},
    {"https://8.8.8.8/",          "8.8.8.8",      false, false, false},
    {"http://LocalHost:1/",       "LocalHost",    true,  true,  true },
    {"https://a.localhost./",     "a.localhost.", false, true,  true },
    {"https://localhost.kz/",     "localhost.kz", false, false, false},
};

START_TEST(url_properties_are_found_without_a_look_up)
{
    struct http_url url;
    struct fault fault;
    ck_assert(http_url_read(urls[_i].url, &arena, &url, &fault));
    ck_assert_msg(slice_equal_caseless(url.host, slice_of(urls[_i].host)), "%.*s",
                  SLICE_ARG(url.host));
    ck_assert(url.plain == urls[_i].plain);
    ck_assert_msg(url.is_private == urls[_i].is_private, "%s", urls[_i].url);
    ck_assert_msg(url.is_loopback == urls[_i].is_loopback, "%s", urls[_i].url);
    ck_assert(!http_url_read("ftp://a.kz/", &arena, &url, &fault));
    ck_assert_str_eq(fault.code, "bad_url");
}
END_TEST

/* --- proxies --- */

static const struct {
    const char *text;
    struct http_proxy proxy;
} proxies[] = {
    {"http://proxy.kz:3128",              {"http", "proxy.kz", 3128, "", ""}       },
    {"http://10.0.0.1:8080/",             {"http", "10.0.0.1", 8080, "", ""}       },
    {"HTTP://u@proxy.kz:80",              {"http", "proxy.kz", 80, "u", ""}        },
    {"socks5h://[2001:db8::1]:1080",      {"socks5h", "2001:db8::1", 1080, "", ""} },
    {"socks5h://bot:p%40s%3As@a.kz:1080", {"socks5h", "a.kz", 1080, "bot", "p@s:s"}},
};

START_TEST(proxy_url_has_server_and_login)
{
    struct http_proxy proxy;
    struct fault fault;
    ck_assert_msg(http_proxy_parse(proxies[_i].text, &proxy, &fault), "%s", proxies[_i].text);
    ck_assert_str_eq(proxy.scheme, proxies[_i].proxy.scheme);
    ck_assert_str_eq(proxy.host, proxies[_i].proxy.host);
    ck_assert_uint_eq(proxy.port, proxies[_i].proxy.port);
    ck_assert_str_eq(proxy.user, proxies[_i].proxy.user);
    ck_assert_str_eq(proxy.password, proxies[_i].proxy.password);
}
END_TEST

static const struct {
    const char *why;
    const char *text;
} bad_proxies[] = {
    {"nothing",                             ""                              },
    {"no scheme",                           "proxy.kz:3128"                 },
    {"a scheme with local name resolution", "socks5://u:hidden@a.kz:1080"   },
    {"an unsupported scheme",               "https://u:hidden@a.kz:3128"    },
    {"no port",                             "http://u:hidden@a.kz"          },
    {"port 0",                              "http://u:hidden@a.kz:0"        },
    {"a path",                              "http://u:hidden@a.kz:3128/x"   },
    {"a query",                             "http://u:hidden@a.kz:3128/?x=1"},
    {"a fragment",                          "http://u:hidden@a.kz:3128/#x"  },
    {"a zone",                              "http://[fe80::1%25eth0]:3128"  },
    {"no host",                             "http://:3128"                  },
    {"a '/' that is not escaped",           "http://u:hid/den@a.kz:3128"    },
    {"a line break in a password",          "http://u:hidden%0d%0a@a.kz:80" },
    {"a zero byte in the password",         "http://u:hidden%00@a.kz:80"    },
};

START_TEST(invalid_proxy_url_is_refused_and_not_quoted)
{
    struct http_proxy proxy = {.port = 77};
    struct fault fault;
    ck_assert_msg(!http_proxy_parse(bad_proxies[_i].text, &proxy, &fault), "%s",
                  bad_proxies[_i].why);
    ck_assert_str_eq(fault.code, "bad_proxy");
    ck_assert_ptr_null(strstr(fault.detail, "hid"));
    ck_assert_uint_eq(proxy.port, 77);
}
END_TEST

START_TEST(a_password_of_more_than_255_bytes_is_refused)
{
    char text[320];
    struct http_proxy proxy;
    struct fault fault;
    snprintf(text, sizeof(text), "socks5h://u:%0255d@a.kz:1080", 1);
    ck_assert(http_proxy_parse(text, &proxy, &fault));
    snprintf(text, sizeof(text), "socks5h://u:%0256d@a.kz:1080", 1);
    ck_assert(!http_proxy_parse(text, &proxy, &fault));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http/client_target");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, url_is_parsed_as_by_curl, 0, ARRAY_LEN(good));
    tcase_add_loop_test(tcase, other_urls_are_refused, 0, ARRAY_LEN(bad));
    tcase_add_loop_test(tcase, url_properties_are_found_without_a_look_up, 0, ARRAY_LEN(urls));
    tcase_add_loop_test(tcase, proxy_url_has_server_and_login, 0, ARRAY_LEN(proxies));
    tcase_add_loop_test(tcase, invalid_proxy_url_is_refused_and_not_quoted, 0,
                        ARRAY_LEN(bad_proxies));
    tcase_add_test(tcase, a_password_of_more_than_255_bytes_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
