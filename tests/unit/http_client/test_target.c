// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <check.h>

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

START_TEST(a_url_is_read_as_curl_reads_it)
{
    struct http_target target;
    struct fault fault;
    ck_assert_msg(http_target_parse(good[_i].url, &arena, &target, &fault), "%s", good[_i].why);
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
    {"no scheme we speak", "ftp://a.kz/"             },
    {"a file",             "file:///etc/passwd"      },
    {"a password",         "https://u:p@a.kz/"       },
    {"no host",            "https://"                },
    {"a zone",             "http://[fe80::1%25eth0]/"},
    {"port 0",             "http://a.kz:0/"          },
    {"port too high",      "http://a.kz:65536/"      },
    {"nothing",            ""                        },
};

START_TEST(other_urls_are_refused)
{
    struct http_target target = {.port = 77};
    struct fault fault;
    ck_assert_msg(!http_target_parse(bad[_i].url, &arena, &target, &fault), "%s", bad[_i].why);
    ck_assert_str_eq(fault.code, "bad_url");
    ck_assert_uint_eq(target.port, 77);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http/client_target");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, a_url_is_read_as_curl_reads_it, 0, sizeof(good) / sizeof(good[0]));
    tcase_add_loop_test(tcase, other_urls_are_refused, 0, sizeof(bad) / sizeof(bad[0]));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
