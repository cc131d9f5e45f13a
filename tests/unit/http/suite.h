// SPDX-License-Identifier: MIT
/* Common to the suites over real sockets: a rig for each test, and functions that send requests. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <check.h>

#include "client.h"
#include "rig.h"
#include "support/patience.h"

#define HOST     "Host: h\r\n"
#define KEY      "X-API-Key: k\r\n"
#define JSON     "Content-Type: application/json\r\n"
#define GET_FAST "GET /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_SLOW "GET /v1/slow?ms=5 HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_GATE "GET /v1/gate HTTP/1.1\r\n" HOST KEY "\r\n"

#define WAIT_MS (int)patience_ms(3000)

static struct rig rig;
/* The connection of start_and_connect(), until the end of the test. */
static struct client conn;

static inline void nap_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static inline int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void expect_status(struct client *client, int status, const char *why)
{
    struct answer answer;
    client_read(client, false, WAIT_MS, &answer);
    ck_assert_msg(answer.status == status, "%s: %d", why, answer.status);
    answer_finish(&answer);
}

static inline void ask(const char *bytes, bool head, struct answer *answer)
{
    struct client client;
    client_open(&client, rig.port);
    client_text(&client, bytes);
    client_read(&client, head, WAIT_MS, answer);
    client_close(&client);
}

/* Checks that a request on a new connection is served. */
static inline void expect_service(const char *why)
{
    struct answer answer;
    ask(GET_FAST, false, &answer);
    ck_assert_msg(answer.status == 200, "%s: %d", why, answer.status);
    answer_finish(&answer);
}

static inline bool is_kept(size_t bytes)
{
    struct answer answer;
    char line[64];
    snprintf(line, sizeof(line), "\nhttp_body_bytes %zu\n", bytes);
    ask("GET /metrics HTTP/1.1\r\n" HOST "\r\n", false, &answer);
    const bool found = strstr(answer.body, line) != NULL;
    answer_finish(&answer);
    return found;
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
    rig_init(&rig);
    conn = (struct client){.fd = -1};
}

static inline void teardown(void)
{
    if (conn.fd >= 0)
        client_close(&conn);
    rig_stop(&rig);
}

static inline void start_and_connect(void)
{
    rig_start(&rig);
    client_open(&conn, rig.port);
}
