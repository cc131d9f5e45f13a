// SPDX-License-Identifier: MIT
#include "cache/address_private.h"

#include "support/scratch.h"

static const struct {
    const char *why, *url, *host, *path;
    unsigned port, database;
    const char *user, *password;
} good[] = {
    {"host alone",            "redis://redis",               "redis",    "",                6379, 0, "",  ""      },
    {"port and database",     "redis://10.0.0.1:7000/3",     "10.0.0.1", "",                7000, 3, "",  ""      },
    {"empty database",        "redis://h/",                  "h",        "",                6379, 0, "",  ""      },
    {"password without user", "redis://:secret@h",           "h",        "",                6379, 0, "",  "secret"},
    {"password alone",        "redis://secret@h",            "h",        "",                6379, 0, "",  "secret"},
    {"user and password",     "redis://u:p%40%3a%2F@h:1",    "h",        "",                1,    0, "u", "p@:/"  },
    {"an @ in the password",  "redis://:a@b@h",              "h",        "",                6379, 0, "",  "a@b"   },
    {"IPv6",                  "redis://[::1]:7000",          "::1",      "",                7000, 0, "",  ""      },
    {"IPv6 without port",     "redis://[fd00::2]/1",         "fd00::2",  "",                6379, 1, "",  ""      },
    {"socket",                "unix:///run/redis.sock",      "",         "/run/redis.sock", 0,    0, "",  ""      },
    {"socket and database",   "unix:///run/redis.sock?db=2", "",         "/run/redis.sock", 0,    2, "",  ""      },
};

TEST_ROWS_WHY(valid_url_is_parsed, good)
{
    struct cache_address address;

    ck_assert(cache_address_parse(slice_of(row->url), &address, &fault));
    ck_assert(!address.none);
    ck_assert_str_eq(address.host, row->host);
    ck_assert_str_eq(address.path, row->path);
    ck_assert_uint_eq(address.port, row->port);
    ck_assert_uint_eq(address.database, row->database);
    ck_assert_str_eq(address.user, row->user);
    ck_assert_str_eq(address.password, row->password);
}

static const struct {
    const char *why, *url;
} bad[] = {
    {"no scheme",               "localhost:6379"       },
    {"TLS is not supported",    "rediss://h"           },
    {"no host",                 "redis://"             },
    {"no host before the port", "redis://:6379"        },
    {"port 0",                  "redis://h:0"          },
    {"port beyond 65535",       "redis://h:65536"      },
    {"port is no number",       "redis://h:6379x"      },
    {"database is no number",   "redis://h/abc"        },
    {"open bracket",            "redis://[::1"         },
    {"text after the bracket",  "redis://[::1]7000"    },
    {"cut percent",             "redis://:a%4@h"       },
    {"percent that is no hex",  "redis://:a%zz@h"      },
    {"NUL in the password",     "redis://:a%00b@h"     },
    {"relative socket",         "unix://run/redis.sock"},
    {"unknown query",           "unix:///run/r?x=1"    },
};

TEST_ROWS_WHY(invalid_url_is_refused_and_not_quoted, bad)
{
    struct cache_address address = {.port = 77};

    ck_assert(!cache_address_parse(slice_of(row->url), &address, &fault));
    ck_assert_uint_eq(address.port, 77);
    ck_assert_str_eq(fault.code, "cache_url");
    ck_lacks(fault.detail, row->url);
}

TEST(an_empty_url_means_no_redis)
{
    struct cache_address address;

    ck_assert(cache_address_parse(slice_of(""), &address, &fault));
    ck_assert(address.none);
}

TEST(too_long_address_is_refused)
{
    char url[1024] = "redis://";
    struct cache_address address;

    memset(url + 8, 'h', CACHE_HOST_MAX + 1);
    ck_assert(!cache_address_parse(slice_of(url), &address, &fault));
    memcpy(url, "unix:///", 8);
    ck_assert(!cache_address_parse(slice_of(url), &address, &fault));
}
