// SPDX-License-Identifier: MIT
#include "http/cors_private.h"
#include "http/etag_private.h"
#include "http/reply.h"

#include "support/scratch.h"

static struct http_request req;
static struct http_response res;

static void setup(void)
{
    req = (struct http_request){.arena = &arena,
                                .request_id = SLICE("r-1"),
                                .path = SLICE("/v1/things"),
                                .method = HTTP_GET};
    res = (struct http_response){0};
    buf_init(&res.body, HTTP_REPLY_MAX);
}

static void teardown(void)
{
    buf_finish(&res.body);
}

TEST_CASE("reply", .setup = setup, .teardown = teardown);

static struct slice header(const char *name)
{
    struct slice found = SLICE_NONE;

    for (size_t i = 0; i < res.header_count; i++) {
        if (strcmp(res.headers[i].name, name) == 0)
            found = res.headers[i].value;
    }
    return found;
}

static const struct {
    enum fault_kind kind;
    enum http_status status;
} kinds[] = {
    {FAULT_UNREADABLE,      HTTP_BAD_REQUEST           },
    {FAULT_UNAUTHENTICATED, HTTP_UNAUTHORIZED          },
    {FAULT_FORBIDDEN,       HTTP_FORBIDDEN             },
    {FAULT_NOT_FOUND,       HTTP_NOT_FOUND             },
    {FAULT_METHOD,          HTTP_METHOD_NOT_ALLOWED    },
    {FAULT_NOT_ACCEPTABLE,  HTTP_NOT_ACCEPTABLE        },
    {FAULT_CONFLICT,        HTTP_CONFLICT              },
    {FAULT_GONE,            HTTP_GONE                  },
    {FAULT_PRECONDITION,    HTTP_PRECONDITION_FAILED   },
    {FAULT_TOO_LARGE,       HTTP_CONTENT_TOO_LARGE     },
    {FAULT_MEDIA_TYPE,      HTTP_UNSUPPORTED_MEDIA_TYPE},
    {FAULT_INVALID,         HTTP_UNPROCESSABLE         },
    {FAULT_RATE_LIMITED,    HTTP_TOO_MANY_REQUESTS     },
    {FAULT_UNAVAILABLE,     HTTP_UNAVAILABLE           },
    {FAULT_TIMEOUT,         HTTP_UNAVAILABLE           },
    {FAULT_INTERNAL,        HTTP_INTERNAL_ERROR        },
};

_Static_assert(ARRAY_LEN(kinds) == FAULT_INTERNAL + 1, "every kind");

TEST_ROWS(each_kind_of_fault_has_its_status_and_title, kinds)
{
    (void)fault_set(&fault, row->kind, "some_code", "Why.");
    ck_assert_int_eq(http_reply_fault(&req, &res, &fault), row->status);
    ck_assert_int_eq(http_status_of(row->kind), row->status);
    ck_assert_str_ne(http_status_title(row->status), "");
    bool waits = row->status == 429 || row->status == 503;
    ck_assert_int_eq(header("Retry-After").at != NULL, waits);
    ck_assert_int_eq(header("WWW-Authenticate").at != NULL, row->status == 401);
}

static void expect_body(const char *text)
{
    ck_assert_slice(buf_as_slice(&res.body), text);
}

TEST(problem_has_all_members)
{
    struct fault_list list;

    buf_text(&res.body, "half an answer");
    fault_list_init(&list, &arena);
    fault_list_add(&list, "guest/phone", "bad_phone", "No \"phone\".");
    fault_list_add(&list, "guests", "out_of_range", "Too many.");
    ck_assert(!fault_list_ok(&list, &fault));
    fault.members = SLICE("\"nights\":[\"2026-01-02\"]");
    strcpy(fault.detail, "Two fields.");
    ck_assert_int_eq(http_reply_fault(&req, &res, &fault), HTTP_UNPROCESSABLE);
    ck_assert_str_eq(res.content_type, "application/problem+json");
    expect_body("{\"type\":\"about:blank\",\"title\":\"Unprocessable Content\",\"status\":422,"
                "\"detail\":\"Two fields.\",\"instance\":\"/v1/things\",\"code\":\"invalid\","
                "\"request_id\":\"r-1\",\"errors\":["
                "{\"field\":\"guest/phone\",\"code\":\"bad_phone\","
                "\"detail\":\"No \\\"phone\\\".\"},"
                "{\"field\":\"guests\",\"code\":\"out_of_range\",\"detail\":\"Too many.\"}],"
                "\"nights\":[\"2026-01-02\"]}");
}

TEST(problem_without_a_path_has_an_instance)
{
    req.path = SLICE_NONE;
    (void)fault_set(&fault, FAULT_UNREADABLE, "bad_request", "Why.");
    (void)http_reply_fault(&req, &res, &fault);
    expect_body("{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
                "\"detail\":\"Why.\",\"instance\":\"/\",\"code\":\"bad_request\","
                "\"request_id\":\"r-1\"}");
}

TEST(retry_after_comes_from_the_fault)
{
    (void)fault_set(&fault, FAULT_CONFLICT, "key_in_progress", "Running.");
    fault.retry_after_s = 7;
    (void)http_reply_fault(&req, &res, &fault);
    ck_assert_slice(header("Retry-After"), "7");
}

TEST(header_values_cannot_contain_line_ends)
{
    http_reply_header(&res, "A", SLICE("a\r\nB: b"));
    http_reply_header(&res, "A", SLICE("a\177"));
    http_reply_header(&res, "A", SLICE_NONE);
    http_reply_header(&res, "A", SLICE(""));
    ck_assert_uint_eq(res.header_count, 0);
    http_reply_header(&res, "A", SLICE("a\tb"));
    ck_assert_uint_eq(res.header_count, 1);
}

TEST(headers_beyond_the_limit_are_dropped)
{
    for (int i = 0; i < HTTP_HEADERS_MAX; i++)
        http_reply_header(&res, "A", SLICE("a"));
    http_reply_header(&res, "B", SLICE("b"));
    ck_assert_uint_eq(res.header_count, HTTP_HEADERS_MAX);
    ck_assert_ptr_null(header("B").at);
}

TEST(location_is_set_or_reports_out_of_memory)
{
    static const struct uuid id = {{7}};

    ck_assert(http_reply_location(&req, &res, &id, &fault));
    ck_assert_slice(header("Location"), "/v1/things/07000000-0000-0000-0000-000000000000");
    while (arena_alloc(&arena, 16) != NULL)
        continue;
    ck_unavailable(http_reply_location(&req, &res, &id, &fault), "out_of_memory");
    ck_assert_uint_eq(res.header_count, 1);
}

TEST(etag_has_version_and_hash)
{
    char tag[HTTP_ETAG_MAX];

    buf_text(&res.body, "{\"a\":1}");
    ck_assert_int_eq(http_reply_resource(&req, &res, HTTP_CREATED, 12), HTTP_CREATED);
    ck_assert_str_eq(res.content_type, "application/json");
    struct slice etag = header("ETag");
    ck_assert_uint_eq(etag.len, http_etag_format(12, SLICE("{\"a\":1}"), tag));
    ck_assert_slice(etag, tag);
    ck_begins(tag, "\"12.");
    ck_assert_uint_ne(http_etag_format(12, SLICE("{\"a\":2}"), tag), 0);
    ck_assert(!slice_is(etag, tag));
}

static const struct {
    const char *why;
    enum http_method method;
    const char *format; /* of If-None-Match; %s: the tag */
    bool unmodified;
} conditions[] = {
    {"the tag",                         HTTP_GET,  "%s",          true },
    {"the tag on HEAD",                 HTTP_HEAD, "%s",          true },
    {"a weak one: the edge compressed", HTTP_GET,  "W/%s",        true },
    {"a list",                          HTTP_GET,  "\"1.a\", %s", true },
    {"everything",                      HTTP_GET,  " * ",         true },
    {"another",                         HTTP_GET,  "\"1.a\"",     false},
    {"without quotes",                  HTTP_GET,  "12.abc",      false},
    {"half a tag",                      HTTP_GET,  "\"12.",       false},
    {"rubbish before it",               HTTP_GET,  "x %s",        false},
    {"nothing",                         HTTP_GET,  "",            false},
    {"a POST",                          HTTP_POST, "%s",          false},
};

TEST_ROWS_WHY(if_none_match_compares_the_whole_tag, conditions)
{
    char tag[HTTP_ETAG_MAX];

    buf_text(&res.body, "{}");
    (void)http_etag_format(12, SLICE("{}"), tag);
    struct slice list = SLICE_NONE;
    if (strstr(row->format, "%s") != NULL) {
        size_t before = (size_t)(strstr(row->format, "%s") - row->format);
        list = arena_printf(&arena, "%.*s%s", (int)before, row->format, tag);
    } else {
        list = slice_of(row->format);
    }
    req.method = row->method;
    req.headers[HTTP_H_IF_NONE_MATCH] = list;
    enum http_status status = http_reply_resource(&req, &res, HTTP_OK, 12);
    ck_assert((status == HTTP_NOT_MODIFIED) == row->unmodified);
    ck_assert_int_eq(res.status, status);
    ck_assert_int_eq(res.content_type == NULL, row->unmodified);
    ck_assert_msg(slice_is(buf_as_slice(&res.body), "{}"), "Content-Length is set, sent or not");
    ck_assert_ptr_nonnull(header("ETag").at);
}

TEST_LOOP(incomplete_reply_has_no_etag, 0, 2)
{
    char tag[HTTP_ETAG_MAX];
    static char piece[65536];

    while (!res.body.failed)
        buf_append(&res.body, piece, sizeof piece);
    (void)http_etag_format(12, buf_as_slice(&res.body), tag);
    req.headers[HTTP_H_IF_NONE_MATCH] = slice_of(_i == 0 ? tag : "*");
    ck_assert_int_ne(http_reply_resource(&req, &res, HTTP_OK, 12), HTTP_NOT_MODIFIED);
    ck_assert_ptr_null(header("ETag").at);
    ck_assert(!buf_ok(&res.body, &fault));
}

static const struct {
    const char *why, *origins, *origin;
    const char *allowed; /* NULL: none */
    bool vary;
} origins[] = {
    {"not configured",                "",                            "https://a.kz",      NULL,           false},
    {"listed",                        "https://a.kz",                "https://a.kz",      "https://a.kz", true },
    {"listed second",                 "https://a.kz, https://b.kz",  "https://b.kz",      "https://b.kz", true },
    {"a space before the comma",      "https://a.kz , https://b.kz", "https://a.kz",      "https://a.kz",
     true                                                                                                      },
    {"a tab after the comma",         "https://a.kz,\thttps://b.kz", "https://b.kz",      "https://b.kz", true },
    {"not listed",                    "https://a.kz",                "https://b.kz",      NULL,           true },
    {"a longer name",                 "https://a.kz",                "https://a.kz.evil", NULL,           true },
    {"a shorter name",                "https://a.kz",                "https://a",         NULL,           true },
    {"an empty item matches nothing", "https://a.kz,,",              "",                  NULL,           true },
    {"no browser",                    "https://a.kz",                NULL,                NULL,           true },
    {"all",                           "*",                           "https://b.kz",      "*",            false},
};

TEST_ROWS_WHY(origins_are_allowed_by_the_list, origins)
{
    req.headers[HTTP_H_ORIGIN] = slice_of(row->origin);
    http_cors_add_headers(row->origins, &req, 1U << HTTP_GET, &res);
    struct slice allowed = header("Access-Control-Allow-Origin");
    ck_assert(slice_equal(allowed, slice_of(row->allowed)));
    ck_assert((header("Vary").at != NULL) == row->vary);
    ck_assert_int_eq(header("Access-Control-Expose-Headers").at != NULL, allowed.at != NULL);
    ck_assert_ptr_null(header("Access-Control-Allow-Methods").at);
}

TEST(preflight_returns_methods_and_headers)
{
    req.method = HTTP_OPTIONS;
    req.headers[HTTP_H_ORIGIN] = SLICE("https://a.kz");
    req.headers[HTTP_H_ACCESS_CONTROL_REQUEST_METHOD] = SLICE("PATCH");
    http_cors_add_headers("https://a.kz", &req, 1U << HTTP_GET | 1U << HTTP_PATCH, &res);
    ck_assert_slice(header("Access-Control-Allow-Methods"), "GET, PATCH");
    ck_assert_slice(header("Access-Control-Allow-Headers"),
                    "Content-Type, X-API-Key, X-Actor, Idempotency-Key, If-Match, If-None-Match, "
                    "X-Request-Id, API-Version, traceparent");
    ck_assert_slice(header("Access-Control-Max-Age"), "600");
    ck_assert_ptr_null(header("Access-Control-Expose-Headers").at);
}
