// SPDX-License-Identifier: MIT
/* Clients that are slow to send, to read or to close, and when the server cuts each of them off. */
#include <poll.h>
#include <sys/socket.h>

#include "suite.h"

/* A connection to a server with short deadlines. */
static void begin(void)
{
    setup();
    rig.options.header_ms = 200;
    rig.options.body_ms = 300;
    rig.options.reply_ms = 400;
    rig.options.idle_ms = 700;
    rig_hold_clock();
    start_and_connect();
}

TEST_CASE("deadlines", .setup = begin, .teardown = teardown);

/* Sends `text` byte by byte until the server closes; returns the duration by the server's clock. */
static int64_t trickle(struct client *client, const char *text)
{
    int64_t begin = rig_now_ms();

    for (const char *at = text; *at != '\0'; at++) {
        client_send(client, at, 1);
        rig_advance(20);
        if (client_sees_end(client, 1))
            break;
    }
    return rig_now_ms() - begin;
}

/* The duration until the server closes, by the server's clock. */
static int64_t wait_for_end(struct client *client)
{
    int64_t begin = rig_now_ms();

    while (!client_sees_end(client, 1) && rig_now_ms() - begin < 5000)
        rig_advance(10);
    return rig_now_ms() - begin;
}

static void expect_about(int64_t took, int64_t ms)
{
    ck_assert_msg(took >= ms - 60 && took <= ms + 250, "%lld ms, not %lld", (long long)took,
                  (long long)ms);
}

#define LONG_HEADER "X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

TEST(a_slow_header_is_cut_off)
{
    expect_about(trickle(&conn, "GET /v1/fast HTTP/1.1\r\n" LONG_HEADER), 200);
}

TEST(a_slow_header_on_a_used_connection_is_cut_off)
{
    client_text(&conn, GET_FAST);
    expect_status(&conn, 200, "first");
    client_text(&conn, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 2\r\n\r\n{}");
    expect_status(&conn, 200, "second");
    client_text(&conn, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                       "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    expect_status(&conn, 200, "third");
    rig_advance(250); /* being idle longer than the header timeout is allowed */
    expect_about(trickle(&conn, "GET /v1/fast HTTP/1.1\r\n" LONG_HEADER), 200);
}

/* Bytes that arrived with the previous request start the header timeout, too; no further byte is
 * needed. */
TEST(incomplete_second_request_is_cut_off)
{
    client_text(&conn, GET_FAST "GET /v1/fa");
    expect_status(&conn, 200, "first");
    expect_about(wait_for_end(&conn), 200);
}

TEST(incomplete_request_after_a_chunked_one_is_cut_off)
{
    client_text(&conn, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON
                       "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
                       "GET /v1/fast HTTP/1.1\r\n" HOST);
    expect_status(&conn, 200, "first");
    expect_about(wait_for_end(&conn), 200);
}

TEST(a_slow_body_is_cut_off)
{
    client_text(&conn, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 99\r\n\r\n");
    expect_about(trickle(&conn, "{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 300);
}

TEST_LOOP(an_idle_connection_is_closed, 0, 2)
{
    if (_i == 1) {
        client_text(&conn, GET_FAST);
        expect_status(&conn, 200, "first");
    }
    expect_about(wait_for_end(&conn), 700);
}

static bool is_reply_cut(void)
{
    ask("GET /metrics HTTP/1.1\r\n" HOST "\r\n");
    return strstr(answer.body, "http_connections_cut_total{reason=\"reply\"} 1\n") != NULL;
}

TEST(unread_reply_is_cut_off)
{
    int small = 4096;

    setsockopt(conn.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int i = 0; i < 8; i++) /* more than the kernel's buffers hold */
        client_text(&conn, "GET /v1/big?size=4000000 HTTP/1.1\r\n" HOST KEY "\r\n");
    for (int64_t end = wait_now_ms() + WAIT_MS; !is_reply_cut(); wait_pause(10)) {
        ck_assert(wait_now_ms() < end);
        rig_advance(10);
    }
    /* The connection is reset, because a regular close would wait behind the unread data. */
    struct pollfd reset = {.fd = conn.fd};
    ck_assert_int_eq(poll(&reset, 1, WAIT_MS), 1);
    ck_assert_int_eq(reset.revents, POLLERR | POLLHUP);
}

TEST(deadline_of_a_handler_is_not_that_of_the_connection)
{
    client_text(&conn, GET_GATE);
    wait_count(rig.handled, 1);
    rig_advance(1000);
    atomic_store(&rig.opened_gate, true);
    rig_advance(10);
    expect_status(&conn, 200, "a second later");
}

#define POST_SLOWLY "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 9\r\n\r\n\"some"

/* What a client sends before the server is paused, during the pause, and after it. */
static const struct {
    const char *why, *before, *meanwhile, *after;
} pauses[] = {
    {"all of it",            "",                          GET_FAST,          ""                               },
    {"the end of a header",  "GET /v1/fast HTTP/1.1\r\n", HOST KEY "\r\n",   ""                               },
    {"the middle of one",    "GET /v1/fa",                "st HTTP/1.1\r\n", HOST KEY "\r\n"                  },
    {"the beginning of one", "",                          "GET /v1/fa",      "st HTTP/1.1\r\n" HOST KEY "\r\n"},
    {"the end of a body",    POST_SLOWLY,                 "text\"",          ""                               },
    {"the middle of a body", POST_SLOWLY,                 "te",              "xt\""                           },
    {"nothing",              "GET /v1/fa",                "",                "st HTTP/1.1\r\n" HOST KEY "\r\n"},
};

/* Time in which the server could not read does not count. */
TEST_ROWS_WHY(request_received_while_the_server_paused_is_answered, pauses)
{
    client_text(&conn, GET_FAST);
    expect_status(&conn, 200, "first");
    client_text(&conn, row->before);
    rig_advance(50);
    rig_pause();
    client_text(&conn, row->meanwhile);
    rig_resume(5000);
    rig_advance(50);
    client_text(&conn, row->after);
    expect_status(&conn, 200, row->why);
    expect_about(trickle(&conn, "GET /v1/fast HTTP/1.1\r\n" LONG_HEADER), 200);
}
