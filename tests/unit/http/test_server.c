// SPDX-License-Identifier: MIT
/* The whole server over real sockets: raw bytes in, statuses and connections' fates out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <check.h>

#include "client.h"
#include "rig.h"

#define HOST "Host: h\r\n"
#define KEY  "X-API-Key: k\r\n"
#define JSON "Content-Type: application/json\r\n"

enum { WAIT_MS = 3000 };

static struct rig rig;

static void nap_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void setup(void)
{
    rig_init(&rig);
}

static void teardown(void)
{
    rig_stop(&rig);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* request, status, closes, why */
static const struct {
    const char *bytes;
    int status;
    bool closes;
    const char *why;
} plain[] = {
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                 200, false, "a handler that does not park"},
    {"GET /v1/slow HTTP/1.1\r\n" HOST KEY "\r\n",                                 200, false, "a handler that parks"        },
    {"GET /livez HTTP/1.1\r\n" HOST "\r\n",                                       200, false, "a probe needs no key"        },
    {"GET /metrics HTTP/1.1\r\n" HOST "\r\n",                                     200, false, "metrics"                     },
    {"GET /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                     401, false, "no key"                      },
    {"GET /v1/nothing HTTP/1.1\r\n" HOST "\r\n",                                  401, false, "unknown path, no key"        },
    {"GET /v1/nothing HTTP/1.1\r\n" HOST KEY "\r\n",                              404, false, "unknown path"                },
    {"DELETE /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                  401, false, "verb not here, no key"       },
    {"DELETE /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                              405, false, "verb not here"               },
    {"BREW /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                404, false, "a verb nobody knows"         },
    {"DELETE /livez HTTP/1.1\r\n" HOST "\r\n",                                    405, false, "open path: 405 without a key"},
    {"GET /v1/items/x HTTP/1.1\r\n" HOST KEY "\r\n",                              404, false, "an id that is no UUID"       },
    {"GET /v1/slow?ms=2000 HTTP/1.1\r\n" HOST KEY "\r\n",                         503, false, "the route's deadline"        },
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Accept: text/html\r\n\r\n",            406, false, "Accept"                      },
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Accept: application/json;q=0\r\n\r\n", 406, false,
     "Accept with q=0"                                                                                                      },
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}",         415, false,
     "a body without a type"                                                                                                },
    {"POST /v1/any HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}",          200, false,
     "a route that takes any type"                                                                                          },
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 2\r\n\r\n{}",    200, false,
     "a body"                                                                                                               },
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Transfer-Encoding: chunked\r\n\r\n"
     "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",                                        200, false, "a chunked body"              },
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 65537\r\n\r\n",  413, true,
     "a length beyond the ceiling"                                                                                          },
    {"OPTIONS /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                 204, false, "OPTIONS needs no key"        },
    {"HEAD /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                200, false, "HEAD as GET"                 },
    {"GET /v1/fast HTTP/1.0\r\n" KEY "\r\n",                                      200, true,  "HTTP/1.0 without Host"       },
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Connection: close\r\n\r\n",            200, true,  "asked to close"              },
};

START_TEST(each_plain_request_gets_its_status)
{
    bool closed = false;
    rig_start(&rig);
    int status = client_status(rig.port, plain[_i].bytes, strlen(plain[_i].bytes), &closed);
    ck_assert_msg(status == plain[_i].status, "%s: %d", plain[_i].why, status);
    ck_assert_msg(closed == plain[_i].closes, "%s: closed %d", plain[_i].why, closed);
}
END_TEST

START_TEST(each_plain_request_gets_its_status_without_suspending)
{
    bool closed = false;
    rig.options.no_suspend = true;
    rig_start(&rig);
    int status = client_status(rig.port, plain[_i].bytes, strlen(plain[_i].bytes), &closed);
    ck_assert_msg(status == plain[_i].status, "%s: %d", plain[_i].why, status);
    ck_assert_msg(closed == plain[_i].closes, "%s: closed %d", plain[_i].why, closed);
}
END_TEST

#define GET_FAST "GET /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_SLOW "GET /v1/slow?ms=5 HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_GATE "GET /v1/gate HTTP/1.1\r\n" HOST KEY "\r\n"

static void expect_status(struct client *client, int status, const char *why)
{
    struct answer answer;
    client_read(client, false, WAIT_MS, &answer);
    ck_assert_msg(answer.status == status, "%s: %d", why, answer.status);
    answer_finish(&answer);
}

START_TEST(a_connection_serves_many_requests)
{
    struct client client;
    rig.options.no_suspend = _i == 1;
    rig_start(&rig);
    client_open(&client, rig.port);
    for (int i = 0; i < 20; i++) {
        client_text(&client, i % 2 == 0 ? GET_FAST : GET_SLOW);
        expect_status(&client, 200, "kept alive");
    }
    client_close(&client);
}
END_TEST

/* The answer to the n-th request carries its number, so that order is seen too. */
START_TEST(pipelined_requests_are_all_answered_in_order)
{
    enum { COUNT = 50 };
    struct client client;
    struct answer answer;
    char text[256];
    rig.options.no_suspend = _i == 1;
    rig_start(&rig);
    client_open(&client, rig.port);
    for (int i = 0; i < COUNT; i++) {
        snprintf(text, sizeof(text),
                 "POST /v1/%s HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 2\r\n\r\n%02d",
                 i % 3 == 0 ? "echo" : "slow-echo", i);
        client_text(&client, text);
    }
    for (int i = 0; i < COUNT; i++) {
        snprintf(text, sizeof(text), "%02d", i);
        client_read(&client, false, WAIT_MS, &answer);
        ck_assert_int_eq(answer.status, 200);
        ck_assert_str_eq(answer.body, text);
        answer_finish(&answer);
    }
    client_close(&client);
}
END_TEST

START_TEST(many_connections_wait_at_once)
{
    enum { COUNT = 100 }; /* more than may be polled */
    static struct client clients[COUNT];
    rig.options.no_suspend = _i == 1;
    rig_start(&rig);
    for (int i = 0; i < COUNT; i++) {
        client_open(&clients[i], rig.port);
        client_text(&clients[i], i % 2 == 0 ? GET_SLOW : GET_GATE);
    }
    for (int i = 0; i < COUNT; i += 2)
        expect_status(&clients[i], 200, "slow");
    atomic_store(&rig.opened_gate, true);
    for (int i = 1; i < COUNT; i += 2)
        expect_status(&clients[i], 200, "gate");
    for (int i = 0; i < COUNT; i++)
        client_close(&clients[i]);
}
END_TEST

START_TEST(a_client_that_leaves_harms_nobody)
{
    struct client client;
    bool closed = false;
    rig.options.no_suspend = _i == 1;
    rig_start(&rig);
    for (int i = 0; i < 20; i++) {
        client_open(&client, rig.port);
        client_text(&client, GET_GATE);
        client_close(&client);
    }
    nap_ms(50);
    atomic_store(&rig.opened_gate, true);
    nap_ms(50);
    ck_assert_int_eq(client_status(rig.port, GET_FAST, strlen(GET_FAST), &closed), 200);
}
END_TEST

START_TEST(a_client_that_resets_harms_nobody)
{
    struct client client;
    bool closed = false;
    struct linger reset = {1, 0};
    rig.options.no_suspend = _i == 1;
    rig_start(&rig);
    for (int i = 0; i < 20; i++) {
        client_open(&client, rig.port);
        client_text(&client, i % 2 == 0 ? GET_GATE
                                        : "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                                          "Content-Length: 9\r\n\r\n{");
        nap_ms(5);
        setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        client_close(&client);
    }
    nap_ms(20);
    atomic_store(&rig.opened_gate, true);
    nap_ms(50);
    ck_assert_int_eq(client_status(rig.port, GET_FAST, strlen(GET_FAST), &closed), 200);
}
END_TEST

START_TEST(a_large_body_arrives_whole)
{
    enum { SIZE = 60000 };
    static char body[SIZE + 1];
    struct client client;
    struct answer answer;
    rig.options.no_suspend = _i == 1;
    rig_start(&rig);
    for (int i = 0; i < SIZE; i++)
        body[i] = (char)('a' + i % 25);
    client_open(&client, rig.port);
    for (int round = 0; round < 2; round++) {
        client_text(&client, "POST /v1/slow-echo HTTP/1.1\r\n" HOST KEY JSON
                             "Content-Length: 60000\r\n\r\n");
        client_send(&client, body, SIZE / 2);
        nap_ms(20);
        client_send(&client, body + SIZE / 2, SIZE - SIZE / 2);
        client_read(&client, false, WAIT_MS, &answer);
        ck_assert_int_eq(answer.status, 200);
        ck_assert_uint_eq(answer.body_len, SIZE);
        ck_assert_int_eq(memcmp(answer.body, body, SIZE), 0);
        answer_finish(&answer);
    }
    client_close(&client);
}
END_TEST

START_TEST(a_large_reply_finishes)
{
    struct client client;
    struct answer answer;
    rig.options.no_suspend = _i == 1;
    rig_start(&rig);
    client_open(&client, rig.port);
    for (int round = 0; round < 3; round++) {
        client_text(&client, "GET /v1/big HTTP/1.1\r\n" HOST KEY "\r\n");
        client_read(&client, false, WAIT_MS, &answer);
        ck_assert_int_eq(answer.status, 200);
        ck_assert_uint_eq(answer.body_len, 200 * 1024 + 2);
        ck_assert_int_eq(answer.body[answer.body_len - 1], '"');
        answer_finish(&answer);
    }
    client_close(&client);
}
END_TEST

START_TEST(a_client_that_asks_is_told_to_continue)
{
    struct client client;
    struct answer answer;
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                         "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_int_eq(answer.status, 100);
    answer_finish(&answer);
    client_text(&client, "{}");
    expect_status(&client, 200, "after continue");
    client_close(&client);
}
END_TEST

/* The whole body is sent before the answer is looked at, as most clients do. */
START_TEST(a_body_beyond_the_ceiling_is_answered_413_and_heard_out)
{
    enum { PIECES = 32, PIECE = 65536 };
    static char piece[PIECE];
    struct client client;
    struct answer answer;
    rig_start(&rig);
    memset(piece, ' ', sizeof(piece));
    client_open(&client, rig.port);
    client_text(&client, _i == 0 ? "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                                   "Content-Length: 2097152\r\n\r\n"
                                 : "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                                   "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < PIECES; i++) {
        if (_i == 1)
            client_text(&client, "10000\r\n");
        client_send(&client, piece, PIECE);
        if (_i == 1)
            client_text(&client, "\r\n");
    }
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_int_eq(answer.status, 413);
    ck_assert_str_eq(answer_header(&answer, "Content-Type"), "application/problem+json");
    ck_assert_str_eq(answer_header(&answer, "Connection"), "close");
    ck_assert_ptr_nonnull(strstr(answer.body, "\"code\":\"body_too_large\""));
    answer_finish(&answer);
    ck_assert(client_sees_end(&client, WAIT_MS));
    client_close(&client);
    ck_assert_int_eq(atomic_load(&rig.handled), 0);
}
END_TEST

START_TEST(a_ceiling_may_be_the_routes_own)
{
    bool closed = false;
    static const char fits[] = "POST /v1/any HTTP/1.1\r\n" HOST KEY "Content-Length: 100\r\n\r\n"
                               "0123456789012345678901234567890123456789012345678901234567890123456"
                               "789012345678901234567890123456789";
    static const char beyond[] = "POST /v1/any HTTP/1.1\r\n" HOST KEY "Content-Length: 101\r\n\r\n";
    rig_start(&rig);
    ck_assert_int_eq(client_status(rig.port, fits, strlen(fits), &closed), 200);
    ck_assert_int_eq(client_status(rig.port, beyond, strlen(beyond), &closed), 413);
}
END_TEST

static void ask(const char *bytes, bool head, struct answer *answer)
{
    struct client client;
    client_open(&client, rig.port);
    client_text(&client, bytes);
    client_read(&client, head, WAIT_MS, answer);
    client_close(&client);
}

/* A process' part, a dash, a number of its own. */
static void expect_made_id(const struct answer *answer)
{
    static char last[128];
    const char *id = answer_header(answer, "X-Request-Id");
    ck_assert_uint_eq(strspn(id, "0123456789abcdef"), 16);
    ck_assert_int_eq(id[16], '-');
    ck_assert_uint_gt(strlen(id), 17);
    ck_assert_str_ne(id, last);
    strcpy(last, id);
}

START_TEST(every_answer_names_version_and_request)
{
    struct answer answer;
    rig_start(&rig);
    ask(GET_FAST, false, &answer);
    ck_assert_str_eq(answer_header(&answer, "API-Version"), "1");
    expect_made_id(&answer);
    ck_assert_str_ne(answer_header(&answer, "Date"), "");
    answer_finish(&answer);
    ask("GET /v1/fast HTTP/1.1\r\n" HOST "X-Request-Id: a.B:c_1-2\r\n\r\n", false, &answer);
    ck_assert_int_eq(answer.status, 401);
    ck_assert_str_eq(answer_header(&answer, "API-Version"), "1");
    ck_assert_str_eq(answer_header(&answer, "X-Request-Id"), "a.B:c_1-2");
    ck_assert_str_eq(answer_header(&answer, "WWW-Authenticate"), "ApiKey realm=\"tapbot\"");
    ck_assert_ptr_nonnull(strstr(answer.body, "\"request_id\":\"a.B:c_1-2\""));
    answer_finish(&answer);
    ask("GET /v1/fast HTTP/1.1\r\n" HOST KEY "X-Request-Id: a b\r\n\r\n", false, &answer);
    expect_made_id(&answer);
    answer_finish(&answer);
    ask("GET /v1/fast HTTP/1.1\r\n" HOST KEY "X-Request-Id:\r\n\r\n", false, &answer);
    expect_made_id(&answer);
    answer_finish(&answer);
}
END_TEST

/* Headers that fill most of the connection's memory pass; more are refused, not misread. */
START_TEST(large_headers_pass_or_are_refused)
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
    struct client client;
    struct answer answer;
    rig_start(&rig);
    size_t len = (size_t)snprintf(text, sizeof(text), "GET /v1/fast HTTP/1.1\r\n" HOST KEY);
    for (int i = 0; len < sizes[_i].size; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "X-%d: %0200d\r\n", i, i);
    len += (size_t)snprintf(text + len, sizeof(text) - len, "\r\n");
    client_open(&client, rig.port);
    for (size_t at = 0; at < len; at += 3000) {
        client_send(&client, text + at, len - at < 3000 ? len - at : 3000);
        nap_ms(2);
    }
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_msg(answer.status == sizes[_i].status, "%zu bytes: %d", sizes[_i].size,
                  answer.status);
    answer_finish(&answer);
    client_close(&client);
}
END_TEST

START_TEST(head_is_get_without_the_body)
{
    static struct answer get;
    static struct answer head;
    char length[32];
    rig_start(&rig);
    ask(GET_FAST, false, &get);
    ask("HEAD /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n", true, &head);
    ck_assert_int_eq(head.status, 200);
    snprintf(length, sizeof(length), "%zu", get.body_len);
    ck_assert_str_eq(answer_header(&head, "Content-Length"), length);
    ck_assert_str_eq(answer_header(&head, "Content-Type"), "application/json");
    answer_finish(&get);
    answer_finish(&head);
}
END_TEST

START_TEST(head_sends_no_byte_beyond_its_header)
{
    struct client client;
    struct answer answer;
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, "HEAD /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n" GET_FAST);
    client_read(&client, true, WAIT_MS, &answer);
    answer_finish(&answer);
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_str_eq(answer.body, "{\"path\":\"/v1/fast\"}");
    answer_finish(&answer);
    client_close(&client);
}
END_TEST

START_TEST(a_known_version_is_not_sent_again)
{
    struct answer answer;
    char text[512];
    rig_start(&rig);
    ask("GET /v1/items/0190a5f0-0000-7000-8000-000000000001 HTTP/1.1\r\n" HOST KEY "\r\n", false,
        &answer);
    ck_assert_int_eq(answer.status, 200);
    snprintf(text, sizeof(text),
             "GET /v1/items/0190a5f0-0000-7000-8000-000000000001 HTTP/1.1\r\n" HOST KEY
             "If-None-Match: \"1.a\"\r\nIf-None-Match: %s\r\n\r\n",
             answer_header(&answer, "ETag"));
    answer_finish(&answer);
    ask(text, false, &answer);
    ck_assert_int_eq(answer.status, 304);
    ck_assert_str_ne(answer_header(&answer, "ETag"), "");
    answer_finish(&answer);
}
END_TEST

START_TEST(options_and_405_name_the_verbs)
{
    struct answer answer;
    rig.options.cors_origins = "https://a.kz";
    rig_start(&rig);
    ask("OPTIONS /v1/echo HTTP/1.1\r\n" HOST "Origin: https://a.kz\r\n"
        "Access-Control-Request-Method: POST\r\n\r\n",
        false, &answer);
    ck_assert_int_eq(answer.status, 204);
    ck_assert_str_eq(answer_header(&answer, "Allow"), "POST, OPTIONS");
    ck_assert_str_eq(answer_header(&answer, "Access-Control-Allow-Origin"), "https://a.kz");
    ck_assert_str_eq(answer_header(&answer, "Access-Control-Allow-Methods"), "POST, OPTIONS");
    ck_assert_str_eq(answer_header(&answer, "Vary"), "Origin");
    answer_finish(&answer);
    ask("GET /v1/echo HTTP/1.1\r\n" HOST KEY "Origin: https://b.kz\r\n\r\n", false, &answer);
    ck_assert_int_eq(answer.status, 405);
    ck_assert_str_eq(answer_header(&answer, "Allow"), "POST, OPTIONS");
    ck_assert_str_eq(answer_header(&answer, "Access-Control-Allow-Origin"), "");
    answer_finish(&answer);
}
END_TEST

START_TEST(above_fibers_max_the_answer_is_503_at_once)
{
    struct client busy;
    struct answer answer;
    rig.options.fibers_max = 1;
    rig_start(&rig);
    client_open(&busy, rig.port);
    client_text(&busy, GET_GATE);
    while (atomic_load(&rig.handled) == 0)
        nap_ms(1);
    int64_t begin = now_ms();
    ask(GET_FAST, false, &answer);
    ck_assert_int_lt(now_ms() - begin, 50);
    ck_assert_int_eq(answer.status, 503);
    ck_assert_str_eq(answer_header(&answer, "Retry-After"), "1");
    ck_assert_ptr_nonnull(strstr(answer.body, "\"code\":\"overloaded\""));
    answer_finish(&answer);
    ask("GET /livez HTTP/1.1\r\n" HOST "\r\n", false, &answer);
    ck_assert_int_eq(answer.status, 200);
    answer_finish(&answer);
    ask("GET /metrics HTTP/1.1\r\n" HOST "\r\n", false, &answer);
    ck_assert_ptr_nonnull(strstr(answer.body, "http_shed_total 1\n"));
    ck_assert_ptr_nonnull(strstr(answer.body, "http_in_flight 1\n"));
    ck_assert_ptr_nonnull(strstr(
        answer.body, "http_requests_total{route=\"/livez\",method=\"GET\",code=\"200\"} 1\n"));
    answer_finish(&answer);
    atomic_store(&rig.opened_gate, true);
    expect_status(&busy, 200, "the one that had room");
    client_close(&busy);
}
END_TEST

START_TEST(spare_connections_say_503_and_probes_are_served)
{
    struct client busy[2];
    struct answer answer;
    rig.options.connections_max = 2;
    rig.options.connections_spare = 2;
    rig_start(&rig);
    for (int i = 0; i < 2; i++) {
        client_open(&busy[i], rig.port);
        client_text(&busy[i], GET_GATE);
    }
    while (atomic_load(&rig.handled) < 2)
        nap_ms(1);
    ask(GET_FAST, false, &answer);
    ck_assert_int_eq(answer.status, 503);
    ck_assert_str_eq(answer_header(&answer, "Retry-After"), "1");
    ck_assert_str_eq(answer_header(&answer, "Connection"), "close");
    answer_finish(&answer);
    ask("GET /livez HTTP/1.1\r\n" HOST "\r\n", false, &answer);
    ck_assert_int_eq(answer.status, 200);
    answer_finish(&answer);
    atomic_store(&rig.opened_gate, true);
    for (int i = 0; i < 2; i++) {
        expect_status(&busy[i], 200, "gate");
        client_close(&busy[i]);
    }
}
END_TEST

/* Twice the limit sit idle; somebody new is answered all the same, and soon. */
START_TEST(idle_connections_give_way_to_a_newcomer)
{
    enum { COUNT = 24 };
    static struct client idle[COUNT];
    struct answer answer;
    rig.options.connections_max = 12;
    rig.options.connections_spare = 4;
    rig_start(&rig);
    for (int i = 0; i < COUNT; i++)
        client_open(&idle[i], rig.port);
    nap_ms(1100);
    for (int i = 0; i < 5; i++) {
        int64_t begin = now_ms();
        ask(GET_FAST, false, &answer);
        ck_assert_msg(answer.status == 200 || answer.status == 503, "%d", answer.status);
        ck_assert_int_lt(now_ms() - begin, 1000);
        answer_finish(&answer);
    }
    for (int i = 0; i < COUNT; i++)
        client_close(&idle[i]);
}
END_TEST

static void quick_deadlines(void)
{
    rig.options.header_ms = 200;
    rig.options.body_ms = 300;
    rig.options.reply_ms = 400;
    rig.options.idle_ms = 700;
}

/* Sends `text` byte by byte until the other side ends; the time that took. */
static int64_t trickle(struct client *client, const char *text)
{
    int64_t begin = now_ms();
    for (const char *at = text; *at != '\0'; at++) {
        client_send(client, at, 1);
        if (client_sees_end(client, 20))
            break;
    }
    return now_ms() - begin;
}

static void expect_about(int64_t took, int64_t ms)
{
    ck_assert_msg(took >= ms - 60 && took <= ms + 250, "%lld ms, not %lld", (long long)took,
                  (long long)ms);
}

#define LONG_HEADER "X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

START_TEST(a_slow_header_is_cut_off)
{
    struct client client;
    quick_deadlines();
    rig_start(&rig);
    client_open(&client, rig.port);
    expect_about(trickle(&client, "GET /v1/fast HTTP/1.1\r\n" LONG_HEADER), 200);
    client_close(&client);
}
END_TEST

START_TEST(a_slow_header_on_a_used_connection_is_cut_off)
{
    struct client client;
    quick_deadlines();
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, GET_FAST);
    expect_status(&client, 200, "first");
    client_text(&client, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 2\r\n\r\n{}");
    expect_status(&client, 200, "second");
    client_text(&client, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                         "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    expect_status(&client, 200, "third");
    nap_ms(250); /* idle beyond the header's time is fine */
    expect_about(trickle(&client, "GET /v1/fast HTTP/1.1\r\n" LONG_HEADER), 200);
    client_close(&client);
}
END_TEST

/* What came with the last request counts too: nothing more needs to arrive. */
START_TEST(a_half_request_behind_another_is_cut_off)
{
    struct client client;
    quick_deadlines();
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, GET_FAST "GET /v1/fa");
    int64_t begin = now_ms();
    expect_status(&client, 200, "first");
    ck_assert(client_sees_end(&client, WAIT_MS));
    expect_about(now_ms() - begin, 200);
    client_close(&client);
}
END_TEST

START_TEST(a_slow_body_is_cut_off)
{
    struct client client;
    quick_deadlines();
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 99\r\n\r\n");
    expect_about(trickle(&client, "{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                 300);
    client_close(&client);
}
END_TEST

START_TEST(an_idle_connection_is_closed)
{
    struct client client;
    quick_deadlines();
    rig_start(&rig);
    client_open(&client, rig.port);
    int64_t begin = now_ms();
    if (_i == 1) {
        client_text(&client, GET_FAST);
        expect_status(&client, 200, "first");
    }
    ck_assert(client_sees_end(&client, WAIT_MS));
    expect_about(now_ms() - begin, 700);
    client_close(&client);
}
END_TEST

START_TEST(a_reply_nobody_reads_is_cut_off)
{
    struct client client;
    struct answer answer;
    quick_deadlines();
    rig_start(&rig);
    client_open(&client, rig.port);
    int small = 4096;
    setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    for (int i = 0; i < 8; i++) /* more than the kernel keeps for us */
        client_text(&client, "GET /v1/big?size=4000000 HTTP/1.1\r\n" HOST KEY "\r\n");
    nap_ms(900);
    ask("GET /metrics HTTP/1.1\r\n" HOST "\r\n", false, &answer);
    ck_assert_ptr_nonnull(strstr(answer.body, "http_connections_cut_total{reason=\"reply\"} 1\n"));
    answer_finish(&answer);
    client_close(&client);
}
END_TEST

START_TEST(a_handler_has_its_deadline_not_the_connections)
{
    struct client client;
    quick_deadlines();
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, GET_GATE);
    nap_ms(1000);
    atomic_store(&rig.opened_gate, true);
    expect_status(&client, 200, "a second later");
    client_close(&client);
}
END_TEST
static void add_rest(Suite *suite)
{
    TCase *both = tcase_create("suspending and not");
    tcase_add_checked_fixture(both, setup, teardown);
    tcase_add_loop_test(both, a_connection_serves_many_requests, 0, 2);
    tcase_add_loop_test(both, pipelined_requests_are_all_answered_in_order, 0, 2);
    tcase_add_loop_test(both, many_connections_wait_at_once, 0, 2);
    tcase_add_loop_test(both, a_client_that_leaves_harms_nobody, 0, 2);
    tcase_add_loop_test(both, a_client_that_resets_harms_nobody, 0, 2);
    tcase_add_loop_test(both, a_large_body_arrives_whole, 0, 2);
    tcase_add_loop_test(both, a_large_reply_finishes, 0, 2);
    suite_add_tcase(suite, both);
    TCase *answers = tcase_create("answers");
    tcase_add_checked_fixture(answers, setup, teardown);
    tcase_add_test(answers, a_client_that_asks_is_told_to_continue);
    tcase_add_loop_test(answers, a_body_beyond_the_ceiling_is_answered_413_and_heard_out, 0, 2);
    tcase_add_test(answers, a_ceiling_may_be_the_routes_own);
    tcase_add_test(answers, every_answer_names_version_and_request);
    tcase_add_loop_test(answers, large_headers_pass_or_are_refused, 0, 5);
    tcase_add_test(answers, head_is_get_without_the_body);
    tcase_add_test(answers, head_sends_no_byte_beyond_its_header);
    tcase_add_test(answers, a_known_version_is_not_sent_again);
    tcase_add_test(answers, options_and_405_name_the_verbs);
    suite_add_tcase(suite, answers);
    TCase *limits = tcase_create("limits");
    tcase_add_checked_fixture(limits, setup, teardown);
    tcase_add_test(limits, above_fibers_max_the_answer_is_503_at_once);
    tcase_add_test(limits, spare_connections_say_503_and_probes_are_served);
    tcase_add_test(limits, idle_connections_give_way_to_a_newcomer);
    suite_add_tcase(suite, limits);
    TCase *deadlines = tcase_create("deadlines");
    tcase_add_checked_fixture(deadlines, setup, teardown);
    tcase_add_test(deadlines, a_slow_header_is_cut_off);
    tcase_add_test(deadlines, a_slow_header_on_a_used_connection_is_cut_off);
    tcase_add_test(deadlines, a_half_request_behind_another_is_cut_off);
    tcase_add_test(deadlines, a_slow_body_is_cut_off);
    tcase_add_loop_test(deadlines, an_idle_connection_is_closed, 0, 2);
    tcase_add_test(deadlines, a_reply_nobody_reads_is_cut_off);
    tcase_add_test(deadlines, a_handler_has_its_deadline_not_the_connections);
    suite_add_tcase(suite, deadlines);
}

int main(void)
{
    Suite *suite = suite_create("http/server");
    TCase *tests = tcase_create("plain");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, each_plain_request_gets_its_status, 0,
                        sizeof(plain) / sizeof(plain[0]));
    tcase_add_loop_test(tests, each_plain_request_gets_its_status_without_suspending, 0,
                        sizeof(plain) / sizeof(plain[0]));
    suite_add_tcase(suite, tests);
    add_rest(suite);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
