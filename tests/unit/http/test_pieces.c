// SPDX-License-Identifier: MIT
/* Bodies that the handler reads while they arrive. */
#include <sys/socket.h>

#include "body.h"

TEST_CASE("pieces", .setup = setup, .teardown = teardown, .timeout_s = 60);

#define NDJSON KEY "Content-Type: application/x-ndjson\r\n"

static void expect_read(struct client *client, size_t size, const char *why)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < size; i++)
        hash = hash * 31 + (unsigned char)byte_of_body(i);
    const char *text = textf("%zu %08x", size, hash);
    read_answer(client);
    ck_assert_msg(answer.status == 200, "%s: %d", why, answer.status);
    ck_assert_msg(strcmp(answer.body, text) == 0, "%s: %s, not %s", why, answer.body, text);
    ck_header("Connection", "");
}

static void expect_fault(struct client *client, int status, const char *code, const char *why)
{
    const char *text = textf("\"code\":\"%s\"", code);

    read_answer(client);
    ck_assert_msg(answer.status == status, "%s: %d", why, answer.status);
    ck_assert_msg(strstr(answer.body, text) != NULL, "%s: %s", why, answer.body);
    ck_header("Connection", "close");
    ck_assert_msg(client_sees_end(client, WAIT_MS), "%s", why);
}

static const struct {
    const char *why, *path;
    size_t size, most;
} bodies[] = {
    {"none",                      "pieces",      0,                PIECE},
    {"one byte",                  "pieces",      1,                PIECE},
    {"a slow handler, one byte",  "pieces?slow", 1,                PIECE},
    {"small ones",                "pieces",      2000,             7    },
    {"a full buffer",             "pieces",      HTTP_PIECE_MAX,   PIECE},
    {"a megabyte and a byte",     "pieces",      MIB + 1,          PIECE},
    {"a slow handler",            "pieces?slow", MIB + 1,          PIECE},
    {"a slow handler, odd sizes", "pieces?slow", MIB,              997  },
    {"much",                      "pieces",      (size_t)32 * MIB, PIECE},
};

/* Each framing, suspended and polled, alone or with further requests in the pipeline. */
TEST_LOOP(body_is_read_while_it_arrives, 0, 8 * ARRAY_LEN(bodies))
{
    const size_t row = (size_t)_i / 8;
    const bool chunked = _i / 4 % 2 == 1;
    const bool pipelined = _i / 2 % 2 == 1;
    char why[96];

    snprintf(why, sizeof why, "%s: chunked %d, pipelined %d, polled %d", bodies[row].why, chunked,
             pipelined, _i % 2);
    start_and_connect_in(_i % 2);
    for (int round = 0; round < 2; round++) {
        send_head(&conn, bodies[row].path, NDJSON, bodies[row].size, chunked);
        send_body(&conn, bodies[row].size, bodies[row].most, chunked);
        end_body(&conn, chunked);
        if (pipelined)
            client_text(&conn, GET_FAST GET_SLOW);
        expect_read(&conn, bodies[row].size, why);
        for (int i = 0; i < (pipelined ? 2 : 0); i++)
            expect_status(&conn, 200, why);
    }
    client_close(&conn);
    ck_assert_int_eq(atomic_load(&rig.broken), 0);
}

static const struct {
    const char *why, *type;
    size_t size, most;
    int status;
} wholes[] = {
    {"none",          "application/json",   0,                 PIECE, 200},
    {"byte by byte",  "application/json",   300,               1,     200},
    {"at the limit",  "application/json",   HTTP_BODY_MAX,     PIECE, 200},
    {"beyond it",     "application/json",   HTTP_BODY_MAX + 1, PIECE, 413},
    {"no JSON",       "application/ndjson", 300,               100,   415},
    {"none, no JSON", "application/ndjson", 0,                 PIECE, 200},
};

TEST_LOOP(body_of_another_type_is_read_before_the_handler_starts, 0, 2 * ARRAY_LEN(wholes))
{
    const size_t row = (size_t)_i / 2;

    start_and_connect_in(_i % 2);
    send_head(&conn, "pieces", textf(KEY "Content-Type: %s\r\n", wholes[row].type),
              wholes[row].size, false);
    send_body(&conn, wholes[row].size, wholes[row].most, false);
    read_answer(&conn);
    ck_assert_msg(answer.status == wholes[row].status, "%s: %d", wholes[row].why, answer.status);
    if (answer.status == 200) {
        ck_assert_uint_eq(answer.body_len, wholes[row].size);
        ck_assert_int_eq(memcmp(answer.body, piece_of_body(), answer.body_len), 0);
    }
}

TEST_LOOP(handler_starts_before_the_body_has_ended, 0, 2)
{
    start_and_connect_in(_i);
    send_head(&conn, "pieces", NDJSON, 3, false);
    for (int i = 0; i < 3; i++) {
        client_send(&conn, piece_of_body() + i, 1);
        wait_count(rig.handled, 1);
        wait_pause(10);
    }
    expect_read(&conn, 3, "byte by byte");
}

/* The handler does not read, so the client can send only as much as the kernels' buffers hold. */
TEST_LOOP(client_faster_than_the_handler_is_blocked, 0, 2)
{
    size_t sent = 0;
    const size_t size = (size_t)90 * MIB;

    start_and_connect_in(_i);
    send_head(&conn, "pieces?gate", NDJSON, size, false);
    for (int idle = 0; idle < 100 && sent < size;) {
        size_t at = sent % PIECE;
        ssize_t got = send(conn.fd, piece_of_body() + at, PIECE - at, MSG_DONTWAIT | MSG_NOSIGNAL);
        idle = got > 0 ? 0 : idle + 1;
        sent += got > 0 ? (size_t)got : 0;
        wait_pause(got > 0 ? 0 : 2);
    }
    ck_assert_uint_lt(sent, size / 2);
    expect_kept(65536);
    expect_service("meanwhile");
    atomic_store(&rig.opened_gate, true);
    for (; sent < size; sent += PIECE - sent % PIECE) {
        size_t left = size - sent;
        size_t len = PIECE - sent % PIECE;
        client_send(&conn, piece_of_body() + sent % PIECE, len < left ? len : left);
    }
    expect_read(&conn, size, "when the gate is open");
}

static const struct {
    const char *why, *path;
    size_t size, sent;
    int status;
    const char *code;
} early[] = {
    {"a handler that stops at once",  "pieces?stop=0",    2 * MIB,          1,       422, "stopped"          },
    {"while more comes",              "pieces?stop=1000", 2 * MIB,          MIB,     422, "stopped"          },
    {"with everything sent",          "pieces?stop=1000", MIB,              MIB,     422, "stopped"          },
    {"announced too large",           "few",              RIG_FEW_MAX + 1U, 1,       413, "body_too_large"   },
    {"the deadline, nothing comes",   "soon",             2 * MIB,          MIB,     503, "deadline_exceeded"},
    {"the deadline, before the gate", "soon?gate",        2 * MIB,          2 * MIB, 503, "deadline_exceeded"},
};

TEST_LOOP(answer_before_the_end_closes_the_connection, 0, 4 * ARRAY_LEN(early))
{
    const size_t row = (size_t)_i / 4;
    const bool chunked = _i / 2 % 2 == 1 && early[row].status != 413;

    start_and_connect_in(_i % 2);
    send_head(&conn, early[row].path, NDJSON, early[row].size, chunked);
    send_body(&conn, early[row].sent, PIECE, chunked);
    expect_fault(&conn, early[row].status, early[row].code, early[row].why);
    client_close(&conn);
    expect_service(early[row].why);
}

TEST_LOOP(chunked_body_is_refused_at_the_limit, 0, 2)
{
    start_and_connect_in(_i);
    send_head(&conn, "few", NDJSON, 0, true);
    send_body(&conn, (size_t)RIG_FEW_MAX + 1, PIECE, true);
    expect_fault(&conn, 413, "body_too_large", "chunked");
    client_close(&conn);
    expect_service("afterwards");
}

static const struct {
    const char *path;
    size_t sent;
} leaving[] = {
    {"pieces",      1  },
    {"pieces",      MIB},
    {"pieces?slow", MIB},
    {"pieces?gate", 1  },
    {"pieces?gate", MIB},
};

TEST_LOOP(disconnect_is_not_the_end_of_the_body, 0, 8 * ARRAY_LEN(leaving))
{
    const size_t row = (size_t)_i / 8;
    const bool chunked = _i / 4 % 2 == 1;

    rig.options.body_ms = 150; /* libmicrohttpd may miss a close that directly follows data */
    start_and_connect_in(_i % 2);
    send_head(&conn, leaving[row].path, NDJSON, (size_t)2 * MIB, chunked);
    send_body(&conn, leaving[row].sent, PIECE, chunked);
    wait_count(rig.handled, 1);
    leave(_i / 2 % 2 == 1);
    wait_pause(5);
    expect_service("while the handler runs");
    atomic_store(&rig.opened_gate, true);
    wait_count(rig.broken, 1);
    expect_service("afterwards");
}

TEST_LOOP(client_that_pauses_too_long_is_cut_off, 0, 2)
{
    rig.options.body_ms = 1000;
    rig_hold_clock();
    start_and_connect_in(_i);
    send_head(&conn, "pieces", NDJSON, 100, false);
    for (int i = 0; i < 15; i++) { /* longer in total than body_ms */
        client_send(&conn, "a", 1);
        rig_advance(100);
    }
    ck_assert_int_eq(atomic_load(&rig.broken), 0);
    rig_advance(1000);
    wait_count(rig.broken, 1);
    ck_assert(client_sees_end(&conn, WAIT_MS));
    client_close(&conn);
    expect_service("afterwards");
}

TEST_LOOP(drain_waits_for_an_arriving_body, 0, 4)
{
    rig_hold_clock();
    start_and_connect_in(_i % 2);
    send_head(&conn, "pieces", NDJSON, 1000, false);
    send_body(&conn, 500, PIECE, false);
    wait_count(rig.handled, 1);
    rig_drain(0, _i / 2 == 1 ? 1500 : 60000);
    rig_advance(1400);
    ck_assert(!atomic_load(&rig.drained));
    if (_i / 2 == 0) {
        client_send(&conn, piece_of_body() + 500, 500);
        ck_answer(&conn, 200);
    }
    rig_advance(200);
    wait_for_drain();
    ck_assert_int_eq(atomic_load(&rig.broken), _i / 2);
}

/* libmicrohttpd refuses it itself, while the handler waits for more. */
TEST_LOOP(invalid_chunk_is_not_the_end_of_the_body, 0, 2)
{
    start_and_connect_in(_i);
    send_head(&conn, "pieces", NDJSON, 0, true);
    send_body(&conn, 10, PIECE, true);
    wait_count(rig.handled, 1);
    client_text(&conn, "zz\r\n");
    ck_answer(&conn, 400);
    ck_assert(client_sees_end(&conn, WAIT_MS));
    wait_count(rig.broken, 1);
    client_close(&conn);
    expect_service("afterwards");
}

TEST_LOOP(server_stopped_within_a_body_frees_all_memory, 0, 4)
{
    start_and_connect_in(_i % 2);
    send_head(&conn, _i / 2 == 1 ? "pieces?gate" : "pieces", NDJSON, 2 * MIB, false);
    send_body(&conn, _i / 2 == 1 ? MIB : 1, PIECE, false);
    wait_count(rig.handled, 1);
    wait_pause(10);
}

TEST_LOOP(body_without_memory_gets_503, 0, 2)
{
    struct client first, second;

    rig.options.bodies_max = HTTP_PIECE_MAX;
    start_rig(_i);
    client_open(&first, rig.port);
    send_head(&first, "pieces", NDJSON, 1000, false);
    send_body(&first, 500, PIECE, false);
    wait_count(rig.handled, 1);
    client_open(&second, rig.port);
    send_head(&second, "pieces", NDJSON, 10, false);
    send_body(&second, 10, PIECE, false);
    expect_fault(&second, 503, "overloaded", "no room for two");
    client_close(&second);
    client_send(&first, piece_of_body() + 500, 500);
    expect_read(&first, 1000, "the first");
    send_head(&first, "pieces", NDJSON, 10, true);
    send_body(&first, 10, PIECE, true);
    end_body(&first, true);
    expect_read(&first, 10, "memory is free again");
    client_close(&first);
}
