// SPDX-License-Identifier: MIT
/* Properties of answers other than the status: headers, versions, methods, and oversized bodies. */
#include "body.h"

TEST_CASE("answers", .setup = setup, .teardown = teardown);

#define GET_ITEM "GET /v1/items/0190a5f0-0000-7000-8000-000000000001 HTTP/1.1\r\n" HOST KEY

TEST(expect_header_is_answered_with_100)
{
    start_and_connect();
    client_text(&conn, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                       "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    ck_answer(&conn, 100);
    client_text(&conn, "{}");
    expect_status(&conn, 200, "after continue");
}

/* The whole body is sent before the answer is read, as most clients do. */
TEST_LOOP(oversized_body_gets_413_and_is_read_to_its_end, 0, 2)
{
    rig.options.cors_origins = "https://a.kz";
    start_and_connect();
    send_head(&conn, "echo", KEY JSON "Origin: https://a.kz\r\n", 2 * MIB, _i == 1);
    send_body(&conn, 2 * MIB, 65536, _i == 1);
    ck_answer(&conn, 413);
    ck_header("Content-Type", "application/problem+json");
    ck_header("Connection", "close");
    ck_header("Vary", "Origin");
    ck_header("Access-Control-Allow-Origin", "https://a.kz");
    struct tm then = {0};
    const char *date = answer_header(&answer, "Date");
    const char *end = strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &then);
    ck_assert_msg(end != NULL && *end == '\0', "%s", date);
    ck_assert_int_le(labs(timegm(&then) - time(NULL)), 60);
    ck_body_has("\"code\":\"body_too_large\"");
    ck_assert(client_sees_end(&conn, WAIT_MS));
    ck_assert_int_eq(atomic_load(&rig.handled), 0);
}

TEST(refused_head_request_gets_no_body)
{
    enum { CHUNK = 0x10001 };
    static char chunk[CHUNK];

    start_and_connect();
    client_text(&conn, "HEAD /v1/fast HTTP/1.1\r\n" HOST KEY
                       "Transfer-Encoding: chunked\r\n\r\n10001\r\n");
    client_send(&conn, chunk, sizeof chunk);
    read_answer_of_head(&conn);
    ck_assert_int_eq(answer.status, 413);
    ck_assert_msg(conn.len == 0, "%zu bytes follow", conn.len);
    ck_assert(client_sees_end(&conn, WAIT_MS));
}

TEST(route_may_have_its_own_body_limit)
{
    bool closed = false;
    static const char fits[] = "POST /v1/any HTTP/1.1\r\n" HOST KEY "Content-Length: 100\r\n\r\n"
                               "0123456789012345678901234567890123456789012345678901234567890123456"
                               "789012345678901234567890123456789";
    static const char beyond[] = "POST /v1/any HTTP/1.1\r\n" HOST KEY "Content-Length: 101\r\n\r\n";

    rig_start();
    ck_assert_int_eq(client_status(rig.port, fits, &closed), 200);
    ck_assert_int_eq(client_status(rig.port, beyond, &closed), 413);
}

/* The process's part of an id, a hyphen, a number. */
static void expect_made_id(void)
{
    static char last[128];
    const char *id = answer_header(&answer, "X-Request-Id");

    ck_assert_uint_eq(strspn(id, "0123456789abcdef"), 16);
    ck_assert_int_eq(id[16], '-');
    ck_assert_uint_gt(strlen(id), 17);
    ck_assert_str_ne(id, last);
    strcpy(last, id);
}

TEST(every_answer_has_version_and_request_id)
{
    rig_start();
    ask(GET_FAST);
    ck_header("API-Version", "1");
    expect_made_id();
    ck_assert_str_ne(answer_header(&answer, "Date"), "");
    ck_asked("GET /v1/fast HTTP/1.1\r\n" HOST "X-Request-Id: a.B:c_1-2\r\n\r\n", 401);
    ck_header("API-Version", "1");
    ck_header("X-Request-Id", "a.B:c_1-2");
    ck_header("WWW-Authenticate", "ApiKey realm=\"tapbot\"");
    ck_body_has("\"request_id\":\"a.B:c_1-2\"");
    ask("GET /v1/fast HTTP/1.1\r\n" HOST KEY "X-Request-Id: a b\r\n\r\n");
    expect_made_id();
    ask("GET /v1/fast HTTP/1.1\r\n" HOST KEY "X-Request-Id:\r\n\r\n");
    expect_made_id();
}

/* Headers that nearly fill the connection's memory are accepted; more are refused and not
 * misparsed. */
TEST_LOOP(large_headers_are_accepted_or_refused, 0, 5)
{
    static const struct {
        size_t size;
        int status;
    } sizes[] = {
        {1000,  200},
        {4000,  200},
        {7000,  200},
        {10000, 200},
        {40000, 431}
    };
    static char text[50000];
    rig_start();
    size_t len = (size_t)snprintf(text, sizeof text, "GET /v1/fast HTTP/1.1\r\n" HOST KEY);
    for (int i = 0; len < sizes[_i].size; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "X-%d: %0200d\r\n", i, i);
    len += (size_t)snprintf(text + len, sizeof text - len, "\r\n");
    client_open(&conn, rig.port);
    for (size_t at = 0; at < len; at += 3000) {
        client_send(&conn, text + at, len - at < 3000 ? len - at : 3000);
        wait_pause(2);
    }
    read_answer(&conn);
    ck_assert_msg(answer.status == sizes[_i].status, "%zu bytes: %d", sizes[_i].size,
                  answer.status);
}

TEST(head_equals_get_without_the_body)
{
    start_and_connect();
    ask(GET_FAST);
    const char *length = textf("%zu", answer.body_len);
    client_text(&conn, "HEAD /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n" GET_FAST);
    read_answer_of_head(&conn);
    ck_assert_int_eq(answer.status, 200);
    ck_header("Content-Length", length);
    ck_header("Content-Type", "application/json");
    ck_answer(&conn, 200);
    ck_assert_str_eq(answer.body, "{\"path\":\"/v1/fast\"}");
}

/* Content-Length, if present, is that of the 200 (RFC 9110, 15.4.5); no body follows. */
TEST(matching_etag_gets_304)
{
    start_and_connect();
    client_text(&conn, GET_ITEM "\r\n");
    ck_answer(&conn, 200);
    const char *length = textf("%zu", answer.body_len);
    client_text(&conn,
                textf(GET_ITEM "If-None-Match: \"1.a\"\r\nIf-None-Match: %s\r\n\r\n" GET_FAST,
                      answer_header(&answer, "ETag")));
    ck_answer(&conn, 304);
    ck_assert_str_ne(answer_header(&answer, "ETag"), "");
    ck_header("Content-Type", "");
    ck_header("Content-Length", length);
    ck_answer(&conn, 200);
    ck_assert_str_eq(answer.body, "{\"path\":\"/v1/fast\"}");
}

TEST(options_and_405_list_the_methods)
{
    rig.options.cors_origins = "https://a.kz";
    rig_start();
    ck_asked("OPTIONS /v1/echo HTTP/1.1\r\n" HOST "Origin: https://a.kz\r\n"
             "Access-Control-Request-Method: POST\r\n\r\n",
             204);
    ck_header("Allow", "POST, OPTIONS");
    ck_header("Access-Control-Allow-Origin", "https://a.kz");
    ck_header("Access-Control-Allow-Methods", "POST, OPTIONS");
    ck_header("Vary", "Origin");
    ck_asked("GET /v1/echo HTTP/1.1\r\n" HOST KEY "Origin: https://b.kz\r\n\r\n", 405);
    ck_header("Allow", "POST, OPTIONS");
    ck_header("Access-Control-Allow-Origin", "");
}

/* A browser sends a preflight without the key, also for an unknown path. */
TEST_LOOP(a_preflight_for_an_unknown_path_is_answered, 0, 2)
{
    static const struct {
        const char *key;
        int status;
    } cases[] = {
        {"",  401},
        {KEY, 404},
    };
    rig.options.cors_origins = "https://a.kz";
    rig_start();
    ask(textf("OPTIONS /v1/nothing HTTP/1.1\r\n" HOST "%sOrigin: https://a.kz\r\n"
              "Access-Control-Request-Method: POST\r\n\r\n",
              cases[_i].key));
    ck_assert_int_eq(answer.status, cases[_i].status);
    ck_header("Access-Control-Allow-Origin", "https://a.kz");
    ck_header("Access-Control-Allow-Methods", "");
}
