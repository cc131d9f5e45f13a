// SPDX-License-Identifier: MIT
#include "http/client.h"
#include "http/client_target_private.h"

#include "support/scratch.h"

static const struct {
    const char *why, *url, *origin, *host;
    unsigned port;
    bool plain;
} good[] = {
    {"https",                  "https://a.kz/x?y=1", "https://a.kz:443",    "a.kz",      443,  false},
    {"http with port",         "http://a.kz:8080",   "http://a.kz:8080",    "a.kz",      8080, true },
    {"IPv6",                   "http://[::1]:80/",   "http://[::1]:80",     "::1",       80,   true },
    {"a number is an address", "http://2130706433/", "http://127.0.0.1:80", "127.0.0.1", 80,   true },
    {"hex and short too",      "http://0x7f.1/",     "http://127.0.0.1:80", "127.0.0.1", 80,   true },
};

TEST_ROWS_WHY(url_is_parsed_as_by_curl, good)
{
    struct http_target target;

    ck_assert(http_target_parse(row->url, &arena, &target, &fault));
    ck_assert_slice(target.origin, row->origin);
    ck_assert_str_eq(target.host, row->host);
    ck_assert_uint_eq(target.port, row->port);
    ck_assert(target.plain == row->plain);
}

static const struct {
    const char *why, *url;
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

TEST_ROWS_WHY(other_urls_are_refused, bad)
{
    struct http_target target = {.port = 77};

    ck_assert(!http_target_parse(row->url, &arena, &target, &fault));
    ck_assert_str_eq(fault.code, "bad_url");
    ck_assert_uint_eq(target.port, 77);
}

static const struct {
    const char *url, *host;
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

TEST_ROWS(url_properties_are_found_without_a_look_up, urls)
{
    struct http_url url;

    ck_assert(http_url_parse(row->url, &arena, &url, &fault));
    ck_assert_msg(slice_equal_caseless(url.host, slice_of(row->host)), "%.*s", SLICE_ARG(url.host));
    ck_assert(url.plain == row->plain);
    ck_assert_msg(url.is_private == row->is_private, "%s", row->url);
    ck_assert_msg(url.is_loopback == row->is_loopback, "%s", row->url);
    ck_fault(http_url_parse("ftp://a.kz/", &arena, &url, &fault), "bad_url", FAULT_INVALID);
}

static const struct {
    const char *url, *path;
} paths[] = {
    {"https://a.kz",                      "/"          },
    {"https://a.kz?x=/y",                 "/"          },
    {"http://n8n:5678/webhook/x?y=/z#/a", "/webhook/x" },
    {"http://n8n/webhook/../rest/login",  "/rest/login"},
    {"http://n8n/webhook/./x/..",         "/webhook/"  },
    {"http://[fd00::1]:1/a//b",           "/a//b"      },
};

TEST_ROWS(path_of_a_url_is_the_one_that_is_sent, paths)
{
    struct http_url url;

    ck_assert(http_url_parse(row->url, &arena, &url, &fault));
    ck_assert_slice(url.path, row->path);
}

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

TEST_ROWS(proxy_url_has_server_and_login, proxies)
{
    struct http_proxy proxy;

    ck_assert_msg(http_proxy_parse(row->text, &proxy, &fault), "%s", row->text);
    ck_assert_str_eq(proxy.scheme, row->proxy.scheme);
    ck_assert_str_eq(proxy.host, row->proxy.host);
    ck_assert_uint_eq(proxy.port, row->proxy.port);
    ck_assert_str_eq(proxy.user, row->proxy.user);
    ck_assert_str_eq(proxy.password, row->proxy.password);
}

static const struct {
    const char *why, *text;
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

TEST_ROWS_WHY(invalid_proxy_url_is_refused_and_not_quoted, bad_proxies)
{
    struct http_proxy proxy = {.port = 77};

    ck_assert(!http_proxy_parse(row->text, &proxy, &fault));
    ck_assert_str_eq(fault.code, "bad_proxy");
    ck_lacks(fault.detail, "hid");
    ck_assert_uint_eq(proxy.port, 77);
}

TEST(a_password_of_more_than_255_bytes_is_refused)
{
    struct http_proxy proxy;

    ck_assert(http_proxy_parse(textf("socks5h://u:%0255d@a.kz:1080", 1), &proxy, &fault));
    ck_assert(!http_proxy_parse(textf("socks5h://u:%0256d@a.kz:1080", 1), &proxy, &fault));
}
