// SPDX-License-Identifier: MIT
#include "http/strict_private.h"

#include "support/scratch.h"

static struct http_strict strict;

static void feed(const char *name, const char *value)
{
    http_strict_add_header(&strict, slice_of(name), slice_of(value));
}

static void begin(void)
{
    http_strict_begin(&strict, SLICE("GET"), SLICE("HTTP/1.1"));
    feed("Host", "h");
}

enum { HEADERS_MAX = 6 };

struct header {
    const char *name, *value;
};

// clang-format off
static const struct {
    const char *why, *method, *version;
    struct header headers[HEADERS_MAX];
    bool fine;
} heads[] = {
    {"the plainest request",  "GET",  "HTTP/1.1", {{"Host", "h"}},                                         true},
    {"a host with a port",    "GET",  "HTTP/1.1", {{"Host", "api.tapbot.kz:7020"}},                        true},
    {"a numeric host",        "GET",  "HTTP/1.1", {{"host", "[::1]:7020"}},                                true},
    {"Host is missing",       "GET",  "HTTP/1.1", {{"Accept", "*/*"}},                                     false},
    {"HTTP/1.0 needs no Host", "GET",  "HTTP/1.0", {{"Accept", "*/*"}},                                     true},
    {"two hosts",             "GET",  "HTTP/1.1", {{"Host", "a"}, {"Host", "b"}},                          false},
    {"the same host twice",   "GET",  "HTTP/1.1", {{"Host", "a"}, {"host", "a"}},                          false},
    {"an empty host",         "GET",  "HTTP/1.1", {{"Host", ""}},                                          false},
    {"an absent value is an empty one", "GET",  "HTTP/1.1", {{"Host", NULL}},                                        false},
    {"a list of hosts",       "GET",  "HTTP/1.1", {{"Host", "a,b"}},                                       false},
    {"a host with a path",    "GET",  "HTTP/1.1", {{"Host", "a/b"}},                                       false},
    {"a host with a user",    "GET",  "HTTP/1.1", {{"Host", "u@a"}},                                       false},
    {"a host with a space",   "GET",  "HTTP/1.1", {{"Host", "a b"}},                                       false},
    {"a host that is not ASCII", "GET",  "HTTP/1.1", {{"Host", "\xd0\xb0"}},                                  false},
    {"a length",              "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "5"}},                true},
    {"18 digits",             "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "999999999999999999"}}, true},
    {"19 digits",             "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "1000000000000000000"}}, false},
    {"a signed length",       "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "+5"}},               false},
    {"a negative length",     "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "-5"}},               false},
    {"a length list",         "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "5, 5"}},             false},
    {"an empty length",       "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", ""}},                 false},
    {"a hexadecimal length",  "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "0x5"}},              false},
    {"two lengths",           "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "5"}, {"Content-Length", "6"}}, false},
    {"the same length twice", "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "5"}, {"content-length", "5"}}, false},
    {"chunked",               "POST", "HTTP/1.1", {{"Host", "h"}, {"Transfer-Encoding", "Chunked"}},       true},
    {"xchunked",              "POST", "HTTP/1.1", {{"Host", "h"}, {"Transfer-Encoding", "xchunked"}},      false},
    {"gzip before chunked",   "POST", "HTTP/1.1", {{"Host", "h"}, {"Transfer-Encoding", "gzip, chunked"}}, false},
    {"identity",              "POST", "HTTP/1.1", {{"Host", "h"}, {"Transfer-Encoding", "identity"}},      false},
    {"an empty encoding",     "POST", "HTTP/1.1", {{"Host", "h"}, {"Transfer-Encoding", ""}},              false},
    {"chunked twice",         "POST", "HTTP/1.1", {{"Host", "h"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}, false},
    {"chunked in HTTP/1.0",   "POST", "HTTP/1.0", {{"Transfer-Encoding", "chunked"}},                      false},
    {"length and chunked",    "POST", "HTTP/1.1", {{"Host", "h"}, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}, false},
    {"chunked and length",    "POST", "HTTP/1.1", {{"Host", "h"}, {"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}, false},
    {"Expect: 100-continue",  "POST", "HTTP/1.1", {{"Host", "h"}, {"Expect", "100-Continue"}},             true},
    {"another Expect",        "POST", "HTTP/1.1", {{"Host", "h"}, {"Expect", "tea"}},                      false},
    {"Upgrade is ignored",    "GET",  "HTTP/1.1", {{"Host", "h"}, {"Connection", "Upgrade"}, {"Upgrade", "h2c"}}, true},
    {"a name with a space after it", "GET",  "HTTP/1.1", {{"Host", "h"}, {"Accept ", "x"}},                       false},
    {"Host with a space after it", "GET",  "HTTP/1.1", {{"Host ", "h"}},                                        false},
    {"a name with a space before it", "GET",  "HTTP/1.1", {{"Host", "h"}, {" X", "x"}},                            false},
    {"an empty name",         "GET",  "HTTP/1.1", {{"Host", "h"}, {"", "x"}},                              false},
    {"a name that is not ASCII", "GET",  "HTTP/1.1", {{"Host", "h"}, {"X\xff", "x"}},                         false},
    {"every mark of a token", "GET",  "HTTP/1.1", {{"Host", "h"}, {"!#$%&'*+-.^_`|~1", "x"}},              true},
    {"a folded value",        "GET",  "HTTP/1.1", {{"Host", "h"}, {"X", "a\r\n b"}},                       false},
    {"a control byte in a value", "GET",  "HTTP/1.1", {{"Host", "h"}, {"X", "a\001"}},                         false},
    {"DEL in a value",        "GET",  "HTTP/1.1", {{"Host", "h"}, {"X", "a\177"}},                         false},
    {"a tab in a value",      "GET",  "HTTP/1.1", {{"Host", "h"}, {"X", "a\tb"}},                          true},
    {"bytes beyond ASCII in a value", "GET",  "HTTP/1.1", {{"Host", "h"}, {"X", "\xd0\xb0"}},                      true},
    {"two keys",              "GET",  "HTTP/1.1", {{"Host", "h"}, {"X-API-Key", "a"}, {"X-API-Key", "b"}}, false},
    {"two content types",     "GET",  "HTTP/1.1", {{"Host", "h"}, {"Content-Type", "a"}, {"Content-Type", "b"}}, false},
    {"a method with a space", "GE T", "HTTP/1.1", {{"Host", "h"}},                                         false},
    {"no method",             "",     "HTTP/1.1", {{"Host", "h"}},                                         false},
    {"an unknown method is for the router", "BREW", "HTTP/1.1", {{"Host", "h"}},                                         true},
    {"HTTP/2",                "GET",  "HTTP/2.0", {{"Host", "h"}},                                         false},
    {"HTTP/1.2",              "GET",  "HTTP/1.2", {{"Host", "h"}},                                         false},
};
// clang-format on

TEST_ROWS_WHY(header_is_accepted_or_refused_with_its_reason, heads)
{
    fault = (struct fault){.code = "untouched"};

    http_strict_begin(&strict, slice_of(row->method), slice_of(row->version));
    for (size_t i = 0; i < HEADERS_MAX && row->headers[i].name != NULL; i++)
        feed(row->headers[i].name, row->headers[i].value);
    ck_assert(http_strict_end(&strict, &fault) == row->fine);
    ck_assert_str_eq(fault.code, row->fine ? "untouched" : "bad_request");
    if (!row->fine)
        ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
}

TEST(known_headers_are_recognised_in_any_case)
{
    begin();
    feed("x-api-KEY", "secret");
    feed("Origin", "https://a");
    feed("Content-Length", "12");
    ck_assert(http_strict_end(&strict, &fault));
    ck_assert_slice(strict.headers[HTTP_H_X_API_KEY], "secret");
    ck_assert_slice(strict.headers[HTTP_H_ORIGIN], "https://a");
    ck_assert_ptr_null(strict.headers[HTTP_H_ACCEPT].at);
    ck_assert(strict.has_length);
    ck_assert_uint_eq(strict.length, 12);
}

TEST_LOOP(known_headers_are_stored_once_or_joined, 0, HTTP_H_COUNT)
{
    struct slice name = http_kept_headers[_i].name;
    bool list = (http_kept_headers[_i].flags & HTTP_KEPT_LIST) != 0;

    begin();
    http_strict_add_header(&strict, name, SLICE("a"));
    ck_assert(http_strict_end(&strict, &fault));
    ck_assert_slice(strict.headers[_i], "a");
    http_strict_add_header(&strict, name, SLICE("b"));
    ck_assert_int_eq(http_strict_end(&strict, &fault), list);
    ck_assert_slice(strict.headers[_i], list ? "a,b" : "a");
}

TEST(lines_of_a_list_are_joined)
{
    begin();
    feed("Accept", "text/html");
    feed("If-Match", "\"1.a\"");
    feed("Accept", "application/json");
    feed("Accept", "*/*;q=0");
    feed("If-Match", "\"2.b\"");
    ck_assert(http_strict_end(&strict, &fault));
    ck_assert_slice(strict.headers[HTTP_H_ACCEPT], "text/html,application/json,*/*;q=0");
    ck_assert_slice(strict.headers[HTTP_H_IF_MATCH], "\"1.a\",\"2.b\"");
}

TEST(list_in_too_many_header_lines_is_refused)
{
    char value[200];

    memset(value, 'a', sizeof value);
    begin();
    for (int i = 0; i < 3; i++)
        http_strict_add_header(&strict, SLICE("Accept"), (struct slice){value, sizeof value});
    ck_assert(!http_strict_end(&strict, &fault));
}

TEST(more_than_a_hundred_headers_are_refused)
{
    begin();
    for (int i = 1; i < HTTP_HEADER_LINES_MAX; i++)
        feed("X", "x");
    ck_assert(http_strict_end(&strict, &fault));
    begin();
    for (int i = 0; i < HTTP_HEADER_LINES_MAX; i++)
        feed("X", "x");
    ck_assert(!http_strict_end(&strict, &fault));
}

static const struct {
    const char *why, *target;
    const char *code; /* NULL: accepted */
    const char *path;
    size_t count; /* of parameters */
} targets[] = {
    {"the root",                             "/",                       NULL,          "/",                       0},
    {"a path",                               "/v1/apartments",          NULL,          "/v1/apartments",          0},
    {"a slash at the end is for the router", "/v1/",                    NULL,          "/v1/",                    0},
    {"an empty query",                       "/a?",                     NULL,          "/a",                      0},
    {"parameters",                           "/a?b=1&c=2",              NULL,          "/a",                      2},
    {"empty pieces",                         "/a?&b=1&&",               NULL,          "/a",                      1},
    {"no value",                             "/a?b",                    NULL,          "/a",                      1},
    {"no name",                              "/a?=b",                   NULL,          "/a",                      1},
    {"a plain mark",                         "/a-b_c.d~e!$&'()*+,;=:@", NULL,          "/a-b_c.d~e!$&'()*+,;=:@", 0},
    {"an escape of a letter",                "/%d0%b0",                 NULL,          "/%d0%b0",                 0},
    {"UTF-8 in the query as it is",          "/a?q=\xd0\xb0",           NULL,          "/a",                      1},
    {"three dots are a name",                "/...",                    NULL,          "/...",                    0},
    {"nothing",                              "",                        "bad_request", NULL,                      0},
    {"an asterisk",                          "*",                       "bad_request", NULL,                      0},
    {"absolute form",                        "http://h/",               NULL,          "/",                       0},
    {"absolute form with port and query",    "HTTPS://h:8443/a?b=1",    NULL,          "/a",                      1},
    {"absolute form of IPv6",                "http://[::1]:80/a",       NULL,          "/a",                      0},
    {"absolute form without a path",         "http://h",                NULL,          "/",                       0},
    {"absolute form with a query alone",     "http://h?b=1",            NULL,          "/",                       1},
    {"absolute form without a host",         "http:///a",               "bad_request", NULL,                      0},
    {"absolute form with a user",            "http://u@h/a",            "bad_request", NULL,                      0},
    {"absolute form, dots in the path",      "http://h/../a",           "bad_request", NULL,                      0},
    {"absolute form, two slashes",           "http://h//a",             "bad_request", NULL,                      0},
    {"another scheme",                       "ftp://h/a",               "bad_request", NULL,                      0},
    {"a scheme alone",                       "http:",                   "bad_request", NULL,                      0},
    {"a query alone",                        "?b=1",                    "bad_request", NULL,                      0},
    {"authority form",                       "h:80",                    "bad_request", NULL,                      0},
    {"NUL in the path",                      "/a%00b",                  "bad_request", NULL,                      0},
    {"an encoded slash",                     "/a/..%2f..%2fetc",        "bad_request", NULL,                      0},
    {"an encoded slash in capitals",         "/a%2Fb",                  "bad_request", NULL,                      0},
    {"an encoded backslash",                 "/a%5cb",                  "bad_request", NULL,                      0},
    {"an encoded dot",                       "/%2e%2e/b",               "bad_request", NULL,                      0},
    {"an encoded percent",                   "/%252e",                  "bad_request", NULL,                      0},
    {"an encoded question mark",             "/a%3fb",                  "bad_request", NULL,                      0},
    {"an encoded hash",                      "/a%23b",                  "bad_request", NULL,                      0},
    {"an encoded semicolon",                 "/a%3bb",                  "bad_request", NULL,                      0},
    {"an encoded line break",                "/a%0d%0ab",               "bad_request", NULL,                      0},
    {"an encoded DEL",                       "/a%7f",                   "bad_request", NULL,                      0},
    {"a broken escape",                      "/a%zz",                   "bad_request", NULL,                      0},
    {"half an escape",                       "/a%2",                    "bad_request", NULL,                      0},
    {"a lone percent",                       "/a%",                     "bad_request", NULL,                      0},
    {"a broken second digit",                "/a%2g",                   "bad_request", NULL,                      0},
    {"a dot segment",                        "/./a",                    "bad_request", NULL,                      0},
    {"a dot segment at the end",             "/a/.",                    "bad_request", NULL,                      0},
    {"a double dot segment",                 "/a/../b",                 "bad_request", NULL,                      0},
    {"a double dot at the end",              "/a/..",                   "bad_request", NULL,                      0},
    {"an empty segment",                     "/a//b",                   "bad_request", NULL,                      0},
    {"two slashes first",                    "//a",                     "bad_request", NULL,                      0},
    {"a backslash",                          "/a\\b",                   "bad_request", NULL,                      0},
    {"a bracket",                            "/[a",                     "bad_request", NULL,                      0},
    {"a brace",                              "/{a",                     "bad_request", NULL,                      0},
    {"a quote",                              "/\"a",                    "bad_request", NULL,                      0},
    {"a back quote",                         "/`",                      "bad_request", NULL,                      0},
    {"capitals and digits",                  "/AZ09az",                 NULL,          "/AZ09az",                 0},
    {"an escape in capitals",                "/%D0%B0",                 NULL,          "/%D0%B0",                 0},
    {"no digit: just below 0",               "/%/0",                    "bad_request", NULL,                      0},
    {"no digit: just above 9",               "/%:0",                    "bad_request", NULL,                      0},
    {"no digit: just below A",               "/%@0",                    "bad_request", NULL,                      0},
    {"no digit: just above F",               "/%G0",                    "bad_request", NULL,                      0},
    {"no digit: just below a",               "/%`0",                    "bad_request", NULL,                      0},
    {"a fragment",                           "/a#b",                    "bad_request", NULL,                      0},
    {"a space",                              "/a b",                    "bad_request", NULL,                      0},
    {"a control byte",                       "/a\001",                  "bad_request", NULL,                      0},
    {"UTF-8 in the path as it is",           "/\xd0\xb0",               "bad_request", NULL,                      0},
    {"not UTF-8 in the query",               "/a?q=%ff",                "bad_query",   NULL,                      0},
    {"not UTF-8 in a name",                  "/a?%ff=1",                "bad_query",   NULL,                      0},
    {"a raw byte that is not UTF-8",         "/a?q=\xff",               "bad_query",   NULL,                      0},
    {"an overlong escape",                   "/a?q=%c0%80",             "bad_query",   NULL,                      0},
    {"a surrogate",                          "/a?q=%ed%a0%80",          "bad_query",   NULL,                      0},
    {"NUL in the query",                     "/a?q=%00",                "bad_query",   NULL,                      0},
    {"a broken escape in the query",         "/a?q=%4",                 "bad_query",   NULL,                      0},
    {"a fragment in the query",              "/a?q=1#b",                "bad_query",   NULL,                      0},
    {"a space in the query",                 "/a?q=1 2",                "bad_query",   NULL,                      0},
    {"a control byte in the query",          "/a?q=\002",               "bad_query",   NULL,                      0},
    {"DEL in the query",                     "/a?q=\177",               "bad_query",   NULL,                      0},
};

TEST(refusal_does_not_affect_the_next_request)
{
    memset(&strict, 0xff, sizeof strict);
    http_strict_begin(&strict, SLICE("GET"), SLICE("HTTP/1.1"));
    ck_assert(!http_strict_end(&strict, &fault));
    begin();
    ck_assert(http_strict_end(&strict, &fault));
}

static struct field_pair query[HTTP_QUERY_MAX];
static struct slice path;
static size_t count;

static bool split(struct slice target)
{
    path = SLICE("untouched");
    count = 77;
    return http_strict_parse_target(target, &path, query, &count, &arena, &fault);
}

TEST_ROWS_WHY(target_is_split_or_refused_with_its_reason, targets)
{
    const bool fine = split(slice_of(row->target));

    ck_assert(fine == (row->code == NULL));
    if (fine) {
        ck_assert_slice(path, row->path);
        ck_assert_uint_eq(count, row->count);
    } else {
        ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
        ck_assert_str_eq(fault.code, row->code);
        bool sound = strcmp(fault.code, "bad_query") == 0;
        ck_assert_slice(path, sound ? "/a" : "untouched");
        ck_assert_uint_eq(count, 77);
    }
}

TEST(names_and_values_are_decoded)
{
    ck_assert(split(SLICE("/a?%71=a+b%2Bc%D0%b0&x==y&q")));
    ck_assert_uint_eq(count, 3);
    ck_assert_slice(query[0].name, "q");
    ck_assert_slice(query[0].value, "a b+c\xd0\xb0");
    ck_assert_slice(query[1].name, "x");
    ck_assert_slice(query[1].value, "=y");
    ck_assert_slice(query[2].name, "q");
    ck_assert_ptr_nonnull(query[2].value.at);
    ck_assert_uint_eq(query[2].value.len, 0);
}

TEST(at_most_32_parameters_are_taken)
{
    char target[3 + 2 * (HTTP_QUERY_MAX + 1)] = "/?";

    for (size_t i = 0; i < HTTP_QUERY_MAX; i++)
        strcat(target, "a&");
    ck_assert(split(slice_of(target)));
    ck_assert_uint_eq(count, HTTP_QUERY_MAX);
    strcat(target, "a");
    ck_assert(!split(slice_of(target)));
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert_str_eq(fault.code, "too_many_parameters");
}

TEST(a_target_over_8_kB_is_too_large)
{
    static char target[HTTP_TARGET_MAX + 1];

    memset(target, 'a', sizeof target);
    target[0] = '/';
    ck_assert(split((struct slice){target, HTTP_TARGET_MAX}));
    ck_assert(!split((struct slice){target, HTTP_TARGET_MAX + 1}));
    ck_assert_int_eq(fault.kind, FAULT_TOO_LARGE);
}

TEST(a_full_arena_refuses_the_query)
{
    struct arena full = ARENA(1);

    ck_assert(!http_strict_parse_target(SLICE("/a?b=1"), &path, query, &count, &full, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    arena_finish(&full);
}

TEST(zero_byte_is_never_a_valid_character)
{
    http_strict_begin(&strict, SLICE("G\0T"), SLICE("HTTP/1.1"));
    ck_assert(!http_strict_end(&strict, &fault));
    begin();
    http_strict_add_header(&strict, SLICE("X\0Y"), SLICE("a"));
    ck_assert(!http_strict_end(&strict, &fault));
    begin();
    http_strict_add_header(&strict, SLICE("X"), SLICE("a\0b"));
    ck_assert(!http_strict_end(&strict, &fault));
    ck_assert(!split(SLICE("/a\0b")));
    ck_assert(!split(SLICE("/a?b\0c")));
}

TEST(refusal_by_the_caller_is_not_replaced)
{
    begin();
    http_strict_refuse(&strict, "First.");
    http_strict_refuse(&strict, "Second.");
    feed("Host", "i");
    ck_assert(!http_strict_end(&strict, &fault));
    ck_assert_str_eq(fault.detail, "First.");
}
