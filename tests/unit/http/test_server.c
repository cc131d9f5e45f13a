// SPDX-License-Identifier: MIT
/* The whole server over real sockets: raw bytes are sent, statuses and closed connections are
 * checked. */
#include <microhttpd.h>

#include "suite.h"

TEST_CASE("server", .setup = setup, .teardown = teardown);

static atomic_int runs; /* of libmicrohttpd */

__typeof__(MHD_run) __real_MHD_run, __wrap_MHD_run;
enum MHD_Result __wrap_MHD_run(struct MHD_Daemon *daemon)
{
    atomic_fetch_add(&runs, 1);
    return __real_MHD_run(daemon);
}

// clang-format off
static const struct {
    const char *bytes;
    int status;
    bool closes;
    const char *why;
} plain[] = {
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                                                     200, false, "a handler that does not park"},
    {"GET /v1/slow HTTP/1.1\r\n" HOST KEY "\r\n",                                                                     200, false, "a handler that parks"},
    {"GET /v1/fast HTTP/1.1\r\n" HOST "X-API-Key: k \r\n\r\n",                                                        200, false, "a blank after the key"},
    {"GET /v1/fast HTTP/1.1\r\n" HOST "X-API-Key:\t k\t \r\n\r\n",                                                    200, false, "blanks and tabs around it"},
    {"GET /livez HTTP/1.1\r\n" HOST "\r\n",                                                                           200, false, "a probe needs no key"},
    {"GET /metrics HTTP/1.1\r\n" HOST "\r\n",                                                                         200, false, "metrics"},
    {"GET /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                                                         401, false, "no key"},
    {"GET /v1/nothing HTTP/1.1\r\n" HOST "\r\n",                                                                      401, false, "unknown path, no key"},
    {"GET /v1/nothing HTTP/1.1\r\n" HOST KEY "\r\n",                                                                  404, false, "unknown path"},
    {"DELETE /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                                                      401, false, "unsupported method, no key"},
    {"DELETE /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                                                  405, false, "unsupported method"},
    {"BREW /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                                                    404, false, "an unknown method"},
    {"DELETE /livez HTTP/1.1\r\n" HOST "\r\n",                                                                        405, false, "open path: 405 without a key"},
    {"GET /v1/items/x HTTP/1.1\r\n" HOST KEY "\r\n",                                                                  404, false, "an id that is no UUID"},
    {"GET /v1/late?ms=60000 HTTP/1.1\r\n" HOST KEY "\r\n",                                                            503, false, "the route's deadline"},
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Accept: text/html\r\n\r\n",                                                406, false, "Accept"},
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Accept: application/json;q=0\r\n\r\n",                                     406, false, "Accept with q=0"},
    {"GET http://h/v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                                            200, false, "a target in absolute form"},
    {"GET https://h:1/v1/none?a=b HTTP/1.1\r\n" HOST KEY "\r\n",                                                     404, false, "one that is no route"},
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415, false, "a compressed body"},
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Encoding: identity\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}", 415, false, "two codings"},
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Encoding: Identity\r\nContent-Length: 2\r\n\r\n{}", 200, false, "no coding"},
    {"POST /v1/pieces HTTP/1.1\r\n" HOST KEY "Content-Type: application/x-ndjson\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415, true,  "a compressed stream"},
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Content-Encoding: gzip\r\n\r\n", 200, false, "a coding of no body"},
    {"POST /v1/any HTTP/1.1\r\n" HOST KEY "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 200, false, "a route for any content"},
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}",                                             415, false, "a body without a type"},
    {"POST /v1/any HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}",                                              200, false, "a route that takes any type"},
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 2\r\n\r\n{}",                                        200, false, "a body"},
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Transfer-Encoding: chunked\r\n\r\n" "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 200, false, "a chunked body"},
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 65537\r\n\r\n",                                      413, true,  "a length beyond the limit"},
    {"OPTIONS /v1/fast HTTP/1.1\r\n" HOST "\r\n",                                                                     204, false, "OPTIONS needs no key"},
    {"HEAD /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n",                                                                    200, false, "HEAD as GET"},
    {"GET /v1/fast HTTP/1.0\r\n" KEY "\r\n",                                                                          200, true,  "HTTP/1.0 without Host"},
    {"GET /v1/fast HTTP/1.1\r\n" HOST KEY "Connection: close\r\n\r\n",                                                200, true,  "asked to close"},
};
// clang-format on

TEST_LOOP(each_plain_request_gets_its_status, 0, 2 * ARRAY_LEN(plain))
{
    const size_t row = (size_t)_i / 2;
    bool closed = false;

    start_rig(_i % 2);
    int status = client_status(rig.port, plain[row].bytes, &closed);
    ck_assert_msg(status == plain[row].status, "%s: %d", plain[row].why, status);
    ck_assert_msg(closed == plain[row].closes, "%s: closed %d", plain[row].why, closed);
}

TEST_LOOP(a_connection_serves_many_requests, 0, 2)
{
    start_and_connect_in(_i);
    for (int i = 0; i < 20; i++) {
        client_text(&conn, i % 2 == 0 ? GET_FAST : GET_SLOW);
        expect_status(&conn, 200, "kept alive");
    }
}

TEST_LOOP(immediate_answer_needs_one_run, 0, 2)
{
    enum { COUNT = 50 };

    rig_hold_clock(); /* not one started by a timer */
    start_and_connect_in(_i);
    client_text(&conn, GET_FAST);
    expect_status(&conn, 200, "first");
    wait_pause(20);
    int before = atomic_load(&runs);
    for (int i = 0; i < COUNT; i++) {
        client_text(&conn, GET_FAST);
        expect_status(&conn, 200, "alone");
        wait_pause(5);
    }
    ck_assert_int_le(atomic_load(&runs) - before, COUNT + COUNT / 5);
}

/* The answer to the n-th request contains its number, so the order is checked too. */
TEST_LOOP(pipelined_requests_are_all_answered_in_order, 0, 2)
{
    enum { COUNT = 50 };

    start_and_connect_in(_i);
    for (int i = 0; i < COUNT; i++)
        client_text(&conn,
                    textf("POST /v1/%s HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 2\r\n\r\n%02d",
                          i % 3 == 0 ? "echo" : "slow-echo", i));
    for (int i = 0; i < COUNT; i++) {
        ck_answer(&conn, 200);
        ck_assert_str_eq(answer.body, textf("%02d", i));
    }
}

TEST_LOOP(many_connections_wait_at_once, 0, 2)
{
    enum { COUNT = 100 }; /* more than may be polled */
    static struct client clients[COUNT];

    start_rig(_i);
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

/* Each mode of start_rig(), by a close and by a reset. */
TEST_LOOP(leaving_client_affects_no_other, 0, 4)
{
    const bool resets = _i / 2 == 1;

    start_rig(_i % 2);
    for (int i = 0; i < 20; i++) {
        client_open(&conn, rig.port);
        client_text(&conn, !resets || i % 2 == 0 ? GET_GATE
                                                 : "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                                                   "Content-Length: 9\r\n\r\n{");
        wait_pause(resets ? 5 : 0);
        (resets ? client_reset : client_close)(&conn);
    }
    wait_pause(50);
    atomic_store(&rig.opened_gate, true);
    wait_pause(50);
    expect_service("afterwards");
}

TEST_LOOP(large_body_arrives_completely, 0, 2)
{
    enum { SIZE = 60000 };
    static char body[SIZE + 1];

    start_rig(_i);
    for (int i = 0; i < SIZE; i++)
        body[i] = (char)('a' + i % 25);
    client_open(&conn, rig.port);
    for (int round = 0; round < 2; round++) {
        client_text(&conn, "POST /v1/slow-echo HTTP/1.1\r\n" HOST KEY JSON
                           "Content-Length: 60000\r\n\r\n");
        client_send(&conn, body, SIZE / 2);
        wait_pause(20);
        client_send(&conn, body + SIZE / 2, SIZE - SIZE / 2);
        ck_answer(&conn, 200);
        ck_assert_uint_eq(answer.body_len, SIZE);
        ck_assert_int_eq(memcmp(answer.body, body, SIZE), 0);
    }
}

TEST_LOOP(a_large_reply_finishes, 0, 2)
{
    start_and_connect_in(_i);
    for (int round = 0; round < 3; round++) {
        client_text(&conn, "GET /v1/big HTTP/1.1\r\n" HOST KEY "\r\n");
        ck_answer(&conn, 200);
        ck_assert_uint_eq(answer.body_len, 200 * 1024 + 2);
        ck_assert_int_eq(answer.body[answer.body_len - 1], '"');
    }
}
