// SPDX-License-Identifier: MIT
/* Requests whose body is refused, truncated or counted while it arrives. */
#include "base/digest.h"

#include "body.h"

TEST_CASE("a route's own guard", .setup = setup, .teardown = teardown);

#define POST_HOOK "POST /v1/hook/known HTTP/1.1\r\n" HOST
#define SECRET    "X-Telegram-Bot-Api-Secret-Token: s\r\n"

// clang-format off
static const struct {
    const char *why, *bytes;
    int status, guarded;
    bool closes;
} guarded[] = {
    {"the right secret, no key",                     POST_HOOK SECRET "Content-Length: 2\r\n\r\n{}",                                     200, 1, false},
    {"chunked",                                      POST_HOOK SECRET "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 200, 1, false},
    {"any type, no body",                            POST_HOOK SECRET "Accept: text/html\r\n\r\n",                                       200, 1, false},
    {"a wrong secret",                               POST_HOOK "X-Telegram-Bot-Api-Secret-Token: t\r\nContent-Length: 2\r\n\r\n{}",      401, 1, true},
    {"a wrong secret, no body",                      POST_HOOK "X-Telegram-Bot-Api-Secret-Token: t\r\n\r\n",                             401, 1, true},
    {"no secret, but a key",                         POST_HOOK KEY "Content-Length: 2\r\n\r\n{}",                                        401, 1, true},
    {"two secrets",                                  POST_HOOK SECRET SECRET "Content-Length: 2\r\n\r\n{}",                              400, 0, true},
    {"an unknown bot",                               "POST /v1/hook/other HTTP/1.1\r\n" HOST SECRET "Content-Length: 2\r\n\r\n{}",       404, 1, true},
    {"a wrong secret and half of a body",            POST_HOOK "Content-Length: 60000\r\n\r\n{",                                         401, 1, true},
    {"a wrong secret and a body beyond the limit",   POST_HOOK "Content-Length: 60000000\r\n\r\n{",                                      401, 1, true},
    {"the right secret and a body beyond the limit", POST_HOOK SECRET "Content-Length: 60000000\r\n\r\n{",                               413, 1, true},
    {"another method needs no secret",               "GET /v1/hook/known HTTP/1.1\r\n" HOST "\r\n",                                      405, 0, false},
    {"OPTIONS",                                      "OPTIONS /v1/hook/known HTTP/1.1\r\n" HOST "\r\n",                                  204, 0, false},
};
// clang-format on

TEST_LOOP(guard_of_a_route_runs_after_the_headers, 0, 2 * ARRAY_LEN(guarded))
{
    bool closed = false;

    start_rig(_i % 2);
    const size_t row = (size_t)_i / 2;
    int status = client_status(rig.port, guarded[row].bytes, &closed);
    ck_assert_msg(status == guarded[row].status, "%s: %d", guarded[row].why, status);
    ck_assert_msg(closed == guarded[row].closes, "%s: closed %d", guarded[row].why, closed);
    ck_assert_msg(atomic_load(&rig.guarded) == guarded[row].guarded, "%s: asked %d",
                  guarded[row].why, atomic_load(&rig.guarded));
    ck_assert_int_eq(atomic_load(&rig.handled), status == 200);
}

/* The rest of the body is sent before the answer is read, as most clients do. */
TEST_LOOP(refused_client_still_sending_gets_the_reply, 0, 2)
{
    start_and_connect_in(_i);
    client_text(&conn, POST_HOOK "Content-Length: 983040\r\n\r\n");
    send_body(&conn, 983040, PIECE, false);
    ck_answer(&conn, 401);
    ck_header("Content-Type", "application/problem+json");
    ck_header("Connection", "close");
    ck_header("X-Guarded", "yes");
    ck_body_has("\"code\":\"unauthenticated\"");
    ck_assert(client_sees_end(&conn, WAIT_MS));
    ck_assert_int_eq(atomic_load(&rig.handled), 0);
}

/* All handlers are busy, and the refusal is still sent: it needs no fiber. */
TEST_LOOP(guard_refuses_without_a_fiber, 0, 2)
{
    struct client busy;

    rig.options.fibers_max = 1;
    start_rig(_i);
    client_open(&busy, rig.port);
    client_text(&busy, GET_GATE);
    wait_count(rig.handled, 1);
    ck_asked(POST_HOOK "Content-Length: 2\r\n\r\n{}", 401);
    ck_asked(POST_HOOK SECRET "Content-Length: 2\r\n\r\n{}", 503);
    atomic_store(&rig.opened_gate, true);
    expect_status(&busy, 200, "the one that had room");
    client_close(&busy);
}

enum { FULL = RIG_CUT_MAX, MOST = RIG_CUT_MAX + HTTP_DROPPED_MAX };

static void send_cut(struct client *client, const char *path, size_t size, bool chunked)
{
    send_head(client, path, "Accept: text/html\r\n", size, chunked);
}

/* Checks what the handler answers about a body of `size` bytes. */
static void expect_cut(struct client *client, size_t size, const char *why)
{
    static char whole[FULL];
    size_t kept = size < FULL ? size : FULL;

    for (size_t i = 0; i < sizeof whole; i++)
        whole[i] = byte_of_body(i);
    const char *expected =
        textf("%zu %016llx %d", kept,
              (unsigned long long)digest_fast64((struct slice){whole, kept}), size > FULL);
    read_answer(client);
    ck_assert_msg(answer.status == 200, "%s: %d", why, answer.status);
    ck_assert_msg(strcmp(answer.body, expected) == 0, "%s: %s, not %s", why, answer.body, expected);
    const char *fate = answer_header(&answer, "Connection");
    ck_assert_msg((strcmp(fate, "close") == 0) == (size > MOST), "%s: %s", why, fate);
}

static const size_t sizes[] = {0,    1,        FULL - 1,   FULL, FULL + 1, FULL + PIECE,
                               MOST, MOST + 1, MOST + FULL};
enum { SIZES = ARRAY_LEN(sizes) };

TEST_CASE("cut", .setup = setup, .teardown = teardown, .timeout_s = 30);

/* Varies the size, chunked or not, a handler that waits or not, suspended or polled; another
 * request follows. */
TEST_LOOP(body_beyond_the_limit_is_truncated, 0, 8 * SIZES)
{
    const size_t size = sizes[_i / 8];
    const bool chunked = _i / 4 % 2 == 1;
    const bool slow = _i / 2 % 2 == 1;
    const char *why =
        textf("%zu bytes, chunked %d, slow %d, polled %d", size, chunked, slow, _i % 2);

    start_and_connect_in(_i % 2);
    send_cut(&conn, slow ? "slow-cut" : "cut", size, chunked);
    send_body(&conn, size, PIECE, chunked);
    end_body(&conn, chunked);
    client_text(&conn, GET_FAST);
    expect_cut(&conn, size, why);
    if (size > MOST) {
        ck_assert_msg(client_sees_end(&conn, WAIT_MS), "%s", why);
        ck_assert_int_eq(atomic_load(&rig.handled), 1);
    } else {
        expect_status(&conn, 200, why);
        send_cut(&conn, "cut", 2, false);
        client_text(&conn, "ab");
        expect_cut(&conn, 2, why);
    }
}

/* The server does not wait for bytes announced beyond the limit: it answers before half of them are
 * sent. */
TEST_LOOP(body_far_beyond_the_limit_is_answered_before_its_end, 0, 2)
{
    start_and_connect_in(_i);
    send_cut(&conn, "slow-cut", (size_t)2 * MOST, false);
    send_body(&conn, MOST + PIECE, PIECE, false);
    expect_cut(&conn, (size_t)2 * MOST, "half");
    ck_assert(client_sees_end(&conn, WAIT_MS));
}

TEST_LOOP(limit_is_exceeded_byte_by_byte, 0, 2)
{
    start_and_connect_in(_i);
    send_cut(&conn, "cut", FULL + 3, _i == 1);
    send_body(&conn, FULL - 1, PIECE, _i == 1);
    for (int i = 0; i < 4; i++) {
        wait_pause(3);
        send_chunk(&conn, &"pqrs"[i], 1, _i == 1);
    }
    end_body(&conn, _i == 1);
    ck_answer(&conn, 200);
    ck_assert_str_eq(answer.body + strlen(answer.body) - 2, " 1");
    ck_begins(answer.body, "1048576 ");
}

/* bytes sent before the client disconnects */
static const size_t left_after[] = {1, FULL, FULL + PIECE};

TEST_LOOP(client_disconnecting_in_the_body_starts_no_handler, 0, 6)
{
    start_rig(_i % 2);
    for (int i = 0; i < 4; i++) {
        client_open(&conn, rig.port);
        send_cut(&conn, "cut", MOST, i % 2 == 1);
        send_body(&conn, left_after[_i / 2], PIECE, i % 2 == 1);
        leave(i / 2 == 1);
    }
    wait_pause(50);
    ck_assert_int_eq(atomic_load(&rig.handled), 0);
    expect_service("afterwards");
}

/* The handler of a body whose rest is not read waits, while its client disconnects. */
TEST_LOOP(client_leaving_an_unread_body_affects_no_other, 0, 4)
{
    start_and_connect_in(_i % 2);
    send_cut(&conn, "slow-cut?gate", (size_t)2 * MOST, false);
    send_body(&conn, MOST + PIECE, PIECE, false);
    wait_count(rig.handled, 1);
    leave(_i / 2 == 1);
    wait_pause(20);
    expect_service("while it waits");
    atomic_store(&rig.opened_gate, true);
    wait_pause(20);
    expect_service("afterwards");
}

enum { HALF = 600 * 1024 };

TEST_CASE("limit", .setup = setup, .teardown = teardown);

enum { OBJECTS = 60000 };

/* A body of empty objects, which take about eighty times the memory of their text. */
static void send_objects(struct client *client)
{
    static char text[OBJECTS] = "[{}";

    for (size_t len = 3; len < OBJECTS - 3; len += 3)
        memcpy(text + len, ",{}", 3);
    memcpy(text + OBJECTS - 3, "  ]", 3);
    send_head(client, "json", JSON KEY, OBJECTS, false);
    client_send(client, text, OBJECTS);
}

TEST_LOOP(parsed_bodies_count_with_the_memory_of_their_values, 0, 2)
{
    struct client second;

    rig.options.bodies_max = 8 * FULL;
    start_and_connect_in(_i);
    client_open(&second, rig.port);
    send_objects(&conn);
    wait_count(rig.handled, 1);
    send_objects(&second);
    ck_answer(&second, 503);
    ck_header("Retry-After", "1");
    ck_body_has("\"code\":\"overloaded\"");
    atomic_store(&rig.opened_gate, true);
    ck_answer(&conn, 200);
    expect_kept(0);
    send_objects(&second);
    ck_answer(&second, 200);
    client_close(&second);
}

/* Two bodies that together exceed the limit; and what happens to the first one. */
TEST_LOOP(bodies_beyond_their_limit_are_answered_503, 0, 8)
{
    struct client first, second;

    rig.options.bodies_max = FULL;
    start_rig(_i % 2);
    client_open(&first, rig.port);
    client_open(&second, rig.port);
    send_cut(&first, "slow-cut?gate", (size_t)2 * HALF, false);
    send_body(&first, HALF, PIECE, false);
    expect_kept(HALF);
    send_cut(&second, "cut", HALF, _i / 2 % 2 == 1);
    send_body(&second, HALF, PIECE, _i / 2 % 2 == 1);
    end_body(&second, _i / 2 % 2 == 1);
    ck_answer(&second, 503);
    ck_header("Retry-After", "1");
    ck_header("Connection", "close");
    ck_body_has("\"code\":\"overloaded\"");
    ck_assert(client_sees_end(&second, WAIT_MS));
    expect_kept(HALF);
    if (_i / 4 == 1) {
        send_body(&first, HALF, PIECE,
                  false); /* longer than FULL, so it is truncated, and the rest needs no memory */
        expect_kept(FULL);
        atomic_store(&rig.opened_gate, true);
        ck_answer(&first, 200);
    }
    client_close(&first);
    client_close(&second);
    expect_kept(0);
    client_open(&second, rig.port);
    send_cut(&second, "cut", (size_t)3 * FULL, false);
    send_body(&second, (size_t)3 * FULL, PIECE, false);
    expect_cut(&second, (size_t)3 * FULL, "when memory is free again");
    client_close(&second);
    expect_kept(0);
}
