// SPDX-License-Identifier: MIT
/* Common to the suites over real sockets: a rig for each test, and functions that send requests. */
#pragma once

#include "client.h"
#include "rig.h"
#include "support/patience.h"
#include "support/test.h"

#define HOST     "Host: h\r\n"
#define KEY      "X-API-Key: k\r\n"
#define JSON     "Content-Type: application/json\r\n"
#define GET_FAST "GET /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_SLOW "GET /v1/slow?ms=5 HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_GATE "GET /v1/gate HTTP/1.1\r\n" HOST KEY "\r\n"

#define WAIT_MS (int)patience_ms(3000)

/* A connection that is closed at the end of the test. */
static struct client conn;

/* The last answer, until the next one or the end of the test. */
static struct answer answer;

static inline void read_answer(struct client *client)
{
    answer_finish(&answer);
    client_read(client, false, WAIT_MS, &answer);
}

static inline void read_answer_of_head(struct client *client)
{
    answer_finish(&answer);
    client_read(client, true, WAIT_MS, &answer);
}

/* On a new connection. */
static inline void ask(const char *bytes)
{
    struct client client;
    client_open(&client, rig.port);
    client_text(&client, bytes);
    read_answer(&client);
    client_close(&client);
}

#define ck_answer(client, wanted)                                                                  \
    do {                                                                                           \
        read_answer(client);                                                                       \
        ck_assert_int_eq(answer.status, wanted);                                                   \
    } while (0)
#define ck_asked(bytes, wanted)                                                                    \
    do {                                                                                           \
        ask(bytes);                                                                                \
        ck_assert_int_eq(answer.status, wanted);                                                   \
    } while (0)
#define ck_header(name, wanted) ck_assert_str_eq(answer_header(&answer, name), wanted)
#define ck_body_has(text)       ck_has(answer.body, text)

static inline void expect_status(struct client *client, int status, const char *why)
{
    read_answer(client);
    ck_assert_msg(answer.status == status, "%s: %d", why, answer.status);
}

/* Checks that a request on a new connection is served. */
static inline void expect_service(const char *why)
{
    ask(GET_FAST);
    ck_assert_msg(answer.status == 200, "%s: %d", why, answer.status);
}

static inline bool is_kept(size_t bytes)
{
    char line[64];
    snprintf(line, sizeof line, "\nhttp_body_bytes %zu\n", bytes);
    ask("GET /metrics HTTP/1.1\r\n" HOST "\r\n");
    return strstr(answer.body, line) != NULL;
}

/* Waits until request bodies take this many bytes of the server's memory. */
static inline void expect_kept(size_t bytes)
{
    wait_until(is_kept(bytes), "%zu bytes are stored", bytes);
}

#define wait_count(count, least)                                                                   \
    wait_until(atomic_load(&(count)) >= (least), #count " is %d, not %d", atomic_load(&(count)),   \
               least)

static inline void wait_for_drain(void)
{
    wait_until(atomic_load(&rig.drained), "the server is drained");
}

static inline void setup(void)
{
    rig_init();
    conn = (struct client){.fd = -1};
}

static inline void teardown(void)
{
    answer_finish(&answer);
    if (conn.fd >= 0)
        client_close(&conn);
    rig_stop();
}

/* 0: handlers' connections are suspended; 1: polled. */
static inline void start_rig(int mode)
{
    rig.options.polled_max = mode == 1 ? 64 : 0;
    rig_start();
}

static inline void start_and_connect(void)
{
    rig_start();
    client_open(&conn, rig.port);
}

static inline void start_and_connect_in(int mode)
{
    start_rig(mode);
    client_open(&conn, rig.port);
}
