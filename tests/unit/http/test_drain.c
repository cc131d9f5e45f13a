// SPDX-License-Identifier: MIT
/* Stopping under load, and running out of descriptors: no request may be lost, and the loop must
 * not spin. */
#include <sys/resource.h>

#include "suite.h"

TEST_CASE("drain", .setup = setup, .teardown = teardown);

/* Advances the server's held clock until the drain has ended; false: it has not ended within
 * `ms`. */
static bool drained_within(int64_t ms)
{
    int64_t end = rig_now_ms() + ms;

    while (!atomic_load(&rig.drained) && rig_now_ms() < end) {
        rig_advance(10);
        wait_pause(1);
    }
    return atomic_load(&rig.drained);
}

struct worker {
    pthread_t thread;
    int answered;
    int lost; /* sent in time, not answered */
};

/* A request must follow its connection or the previous request within this time; a drain closes a
 * connection after 250 ms without one. */
enum { IN_TIME_MS = 200 };

/* Repeats requests, on one connection while it lives, until connections are refused. */
static void *work(void *data)
{
    struct worker *worker = data;
    struct client client = {.fd = -1};
    int64_t since = 0;

    for (;;) {
        struct answer got;
        if (client.fd < 0)
            since = rig_now_ms();
        if (client.fd < 0 && !client_try_open(&client, rig.port))
            break;
        client_text(&client, worker->answered % 2 == 0 ? GET_FAST : GET_SLOW);
        bool in_time = rig_now_ms() - since < IN_TIME_MS;
        since = rig_now_ms();
        client_read(&client, false, WAIT_MS, &got);
        if (got.status == 200)
            worker->answered++;
        else if (in_time)
            worker->lost++;
        bool ends = got.status != 200 || strcmp(answer_header(&got, "Connection"), "close") == 0;
        answer_finish(&got);
        if (ends)
            client_close(&client);
    }
    if (client.fd >= 0)
        client_close(&client);
    return NULL;
}

TEST_LOOP(drain_under_load_loses_no_request, 0, 8)
{
    enum { WORKERS = 16 };
    static struct worker workers[WORKERS];
    int answered = 0;

    rig_hold_clock();
    start_rig(_i % 2);
    memset(workers, 0, sizeof workers);
    for (int i = 0; i < WORKERS; i++)
        ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    while (atomic_load(&rig.handled) <= WORKERS)
        rig_advance(10);
    rig_drain(150, 60000);
    ck_assert(drained_within(60000));
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i].thread, NULL);
        answered += workers[i].answered;
        ck_assert_msg(workers[i].lost == 0, "%d lost, %d answered", workers[i].lost, answered);
    }
    ck_assert_int_gt(answered, WORKERS);
}

TEST(before_the_listener_closes_new_connections_are_served_and_closed)
{
    rig_hold_clock();
    rig_start();
    rig_drain(400, 3000);
    rig_advance(50);
    client_open(&conn, rig.port);
    client_text(&conn, GET_FAST);
    ck_answer(&conn, 200);
    ck_header("Connection", "close");
    ck_assert(client_sees_end(&conn, WAIT_MS));
    client_close(&conn);
    ck_assert(!atomic_load(&rig.drained));
    ck_assert(drained_within(1000));
}

TEST(idle_connections_are_closed_with_the_listener)
{
    rig_hold_clock();
    start_and_connect();
    client_text(&conn, GET_FAST);
    read_answer(&conn);
    rig_drain(200, 3000);
    ck_assert(drained_within(1000));
    ck_assert(client_sees_end(&conn, WAIT_MS));
    client_close(&conn);
    ck_assert(!client_try_open(&conn, rig.port));
}

TEST_LOOP(running_request_is_answered_before_the_drain_ends, 0, 2)
{
    rig_hold_clock();
    start_and_connect_in(_i);
    client_text(&conn, GET_GATE);
    wait_count(rig.handled, 1);
    rig_drain(10, 3000);
    rig_advance(300);
    ck_assert(!atomic_load(&rig.drained));
    atomic_store(&rig.opened_gate, true);
    rig_advance(10);
    ck_answer(&conn, 200);
    client_close(&conn);
    ck_assert(drained_within(1000));
}

/* The second one began in the segment of a chunked request, whose length the server does not
 * know. */
// clang-format off
static const struct {
    const char *begins, *ends;
} incomplete[] = {
    {"GET /v1/fast HTTP/1.1\r\n", HOST KEY "\r\n"},
    {"POST /v1/echo HTTP/1.1\r\n" HOST KEY JSON "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nGET /v1/fast HTTP/1.1\r\n" HOST, KEY "\r\n"},
};
// clang-format on

TEST_ROWS(drain_waits_for_an_incomplete_request, incomplete)
{
    rig_hold_clock();
    start_and_connect();
    client_text(&conn, row->begins);
    if (_i > 0)
        ck_answer(&conn, 200);
    rig_advance(300);
    rig_drain(10, 3000);
    rig_advance(300);
    client_text(&conn, row->ends);
    ck_answer(&conn, 200);
    client_close(&conn);
    ck_assert_msg(drained_within(1000), "after %s", row->begins);
}

TEST(handlers_are_cancelled_at_the_drain_limit)
{
    rig_hold_clock();
    start_and_connect();
    client_text(&conn, GET_GATE);
    wait_count(rig.handled, 1);
    rig_drain(10, 300);
    rig_advance(300);
    ck_answer(&conn, 503);
    client_close(&conn);
    ck_assert(drained_within(700));
}

TEST(without_descriptors_accepting_pauses_and_recovers)
{
    enum { COUNT = 8 };
    static struct client clients[COUNT];
    struct rlimit old;

    rig_start();
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
    int last = dup(0);
    close(last);
    /* Descriptors for the clients' ends and for two of the server's. */
    struct rlimit few = {(rlim_t)last + COUNT + 2, old.rlim_max};
    for (int i = 0; i < COUNT; i++)
        client_reserve(&clients[i]);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int i = 0; i < COUNT; i++)
        client_connect(&clients[i], rig.port);
    int looks = rig_clock_looks();
    wait_pause(500);
    looks = rig_clock_looks() - looks;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
    ck_assert_int_lt(looks, 1000); /* a spinning loop would read its clock 100,000 times */
    for (int i = 0; i < COUNT; i++) {
        client_text(&clients[i], GET_FAST);
        ck_answer(&clients[i], 200);
        client_close(&clients[i]);
    }
}
