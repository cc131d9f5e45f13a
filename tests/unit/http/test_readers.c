// SPDX-License-Identifier: MIT
/* Clients that read slowly or not at all, and clients that send many requests at once: they take a
 * limited part of the memory and time of the server, and the others are served. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "suite.h"

TEST_CASE("readers", .setup = setup, .teardown = teardown);

enum {
    MIB = 1024 * 1024,
    SEND_BUFFER = 64 * 1024, /* of the server */
    READERS = 24,
    PIPELINED = 4,
    SMALL_BUFFER = 2048, /* of the client */
    COST = 512 * 1024,   /* more than a stored answer of /v1/big takes */
};

#define GET_BIG      "GET /v1/big HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_CONSTANT "GET /v1/constant HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_TURN     "GET /v1/turn HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_METRICS  "GET /metrics HTTP/1.1\r\n" HOST "\r\n"

static struct client readers[READERS];

static double metric(const char *name)
{
    char line[64];

    snprintf(line, sizeof line, "\n%s ", name);
    ask(GET_METRICS);
    const char *at = strstr(answer.body, line);
    ck_assert_msg(at != NULL, "no %s in %s", name, answer.body);
    return strtod(at + strlen(line), NULL);
}

/* Each client sends several requests and reads no answer. */
static void open_readers(const char *request)
{
    const int size = SMALL_BUFFER;

    for (int i = 0; i < READERS; i++) {
        client_reserve(&readers[i]);
        (void)setsockopt(readers[i].fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
        client_connect(&readers[i], rig.port);
        for (int k = 0; k < PIPELINED; k++)
            client_text(&readers[i], request);
    }
}

TEST(send_buffer_has_room_for_segments_that_are_acknowledged_at_once)
{
    struct client *client = &readers[0];
    int segment = 0;
    socklen_t size = sizeof segment;

    rig_start();
    client_reserve(client);
    client_connect(client, rig.port);
    ck_assert_int_eq(getsockopt(client->fd, IPPROTO_TCP, TCP_MAXSEG, &segment, &size), 0);
    ck_assert_int_ge(SEND_BUFFER / segment, 4);
    client_close(client);
}

static void close_readers(void)
{
    for (int i = 0; i < READERS; i++)
        client_close(&readers[i]);
}

static void expect_no_stored_answers(void)
{
    wait_until(metric("http_answer_bytes") == 0, "%.0f bytes are stored",
               metric("http_answer_bytes"));
}

TEST(unread_answers_take_at_most_their_budget)
{
    rig.options.answers_max = 2 * MIB;
    rig_hold_clock();
    rig_start();
    open_readers(GET_BIG);
    wait_until(metric("http_shed_total") > 0, "no answer was refused");
    /* A refusal is counted beside the budget until it is sent. */
    wait_until(metric("http_answer_bytes") <= 2 * MIB, "%.0f bytes are stored",
               metric("http_answer_bytes"));
    ck_assert_int_gt((int64_t)metric("http_answer_bytes"), 2 * MIB - COST);
    for (int i = 0; i < 8; i++)
        expect_service("others are served");
    /* The budget is almost in use, so its readers have 2 s instead of a minute. */
    rig_advance(HTTP_REPLY_PRESSED_MS + 500);
    expect_no_stored_answers();
    ck_asked(GET_BIG, 200);
    close_readers();
}

TEST(few_unread_answers_have_their_whole_time)
{
    rig.options.answers_max = 100 * MIB;
    rig_hold_clock();
    rig_start();
    open_readers(GET_BIG);
    wait_until(metric("http_answer_bytes") > READERS * 200 * 1024, "not all answers are stored");
    rig_advance(HTTP_REPLY_PRESSED_MS + 500);
    ck_assert_int_gt((int64_t)metric("http_answer_bytes"), READERS * 200 * 1024);
    ck_assert_int_eq((int)metric("http_shed_total"), 0);
    close_readers();
    expect_no_stored_answers();
}

TEST(slowest_reader_makes_room)
{
    rig.options.answers_max = 2 * MIB;
    rig_hold_clock();
    rig_start();
    open_readers(GET_BIG);
    wait_until(metric("http_shed_total") > 0, "no answer was refused");
    rig_advance(200);
    bool served = false;
    for (int i = 0; i < READERS && !served; i++) {
        ask(GET_BIG);
        served = answer.status == 200;
    }
    ck_assert_msg(served, "the last answer is %d", answer.status);
    close_readers();
}

/* Takes all of the budget, by clients that do not read. */
static void use_up_budget(void)
{
    rig.options.answers_max = 2 * MIB;
    rig_hold_clock();
    start_and_connect();
    open_readers(GET_BIG);
    wait_until(metric("http_shed_total") > 0, "no answer was refused");
}

TEST(refused_client_that_reads_keeps_its_connection)
{
    enum { TIMES = 20 };

    use_up_budget();
    for (int i = 0; i < TIMES; i++) {
        client_text(&conn, GET_BIG);
        ck_answer(&conn, 503);
        ck_header("Retry-After", "1");
        ck_header("Connection", "");
    }
    close_readers();
    expect_no_stored_answers();
    client_text(&conn, GET_BIG);
    ck_answer(&conn, 200);
}

/* Its 503s would fill the kernel's send buffer. */
TEST(refused_client_that_sends_ahead_is_disconnected)
{
    enum { REQUESTS = 200, AHEAD = 20 };
    const int size = SMALL_BUFFER;
    struct client ahead;
    int answers = 0;

    use_up_budget();
    client_reserve(&ahead);
    (void)setsockopt(ahead.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    client_connect(&ahead, rig.port);
    rig_pause();
    for (int i = 0; i < REQUESTS; i++)
        client_text(&ahead, GET_BIG);
    rig_resume(0);
    do {
        expect_status(&ahead, 503, "a request sent ahead");
        answers++;
    } while (answers < AHEAD && answer_header(&answer, "Connection")[0] == '\0');
    ck_header("Connection", "close");
    ck_assert(client_sees_end(&ahead, WAIT_MS));
    client_close(&ahead);
    close_readers();
}

TEST(answer_to_a_change_is_never_replaced)
{
    enum { BODY = 60000 };
    static char body[BODY];

    use_up_budget();
    ck_asked(GET_BIG, 503);
    ck_body_has("\"code\":\"overloaded\"");
    memset(body, '1', sizeof body);
    client_text(&conn, "POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Content-Length: 60000\r\n\r\n");
    client_send(&conn, body, sizeof body);
    ck_answer(&conn, 200);
    ck_assert_uint_eq(answer.body_len, sizeof body);
    close_readers();
}

TEST(constant_content_is_not_copied)
{
    rig_start();
    open_readers(GET_CONSTANT);
    wait_until(metric("http_answer_bytes") > 0, "nothing is stored");
    /* Only the send buffers, of 64 KiB. */
    ck_assert_int_le((int64_t)metric("http_answer_bytes"), READERS * 64 * 1024);
    close_readers();
    expect_no_stored_answers();
    ask(GET_CONSTANT);
    ck_assert_uint_eq(answer.body_len, RIG_CONSTANT);
    ck_header("Content-Length", "204800");
    const char *tag = textf("%s", answer_header(&answer, "ETag"));
    ask(textf("GET /v1/constant HTTP/1.1\r\n" HOST KEY "If-None-Match: %s\r\n\r\n", tag));
    ck_assert_int_eq(answer.status, 304);
}

/* The handlers that run between a request of one client and the next of the others. */
TEST(pipelined_requests_of_a_client_do_not_delay_others)
{
    enum { REQUESTS = 150, AHEAD = 4 };
    struct client other;

    rig_hold_clock();
    start_and_connect();
    client_open(&other, rig.port);
    client_text(&other, GET_TURN); /* both connections are known to the server */
    ck_answer(&other, 200);
    rig_pause();
    for (int i = 0; i < REQUESTS; i++)
        client_text(&conn, GET_FAST);
    client_text(&other, GET_TURN);
    rig_resume(0);
    ck_answer(&other, 200);
    ck_assert_msg(strtol(strchr(answer.body, ':') + 1, NULL, 10) <= AHEAD, "%s", answer.body);
    for (int i = 0; i < REQUESTS; i++)
        expect_status(&conn, 200, "a pipelined request");
    client_close(&other);
}
