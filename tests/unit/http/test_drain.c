// SPDX-License-Identifier: MIT
/* Stopping under load, and running out of descriptors: what must not be lost, and must not spin. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <check.h>

#include "client.h"
#include "rig.h"

#define HOST     "Host: h\r\n"
#define KEY      "X-API-Key: k\r\n"
#define GET_FAST "GET /v1/fast HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_SLOW "GET /v1/slow?ms=3 HTTP/1.1\r\n" HOST KEY "\r\n"
#define GET_GATE "GET /v1/gate HTTP/1.1\r\n" HOST KEY "\r\n"

enum { WAIT_MS = 3000 };

static struct rig rig;

static void nap_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void setup(void)
{
    rig_init(&rig);
}

static void teardown(void)
{
    rig_stop(&rig);
}

static bool drained_within(int64_t ms)
{
    int64_t end = now_ms() + ms;
    while (!atomic_load(&rig.drained) && now_ms() < end)
        nap_ms(1);
    return atomic_load(&rig.drained);
}

struct worker {
    pthread_t thread;
    int answered;
    int lost; /* sent in time, no answer */
    bool done;
};

/* Asks again and again, on a connection as long as that lives, until nobody listens. */
static void *work(void *data)
{
    struct worker *worker = data;
    struct client client = {.fd = -1};
    while (!worker->done) {
        struct answer answer;
        if (client.fd < 0 && !client_try_open(&client, rig.port))
            break;
        client_text(&client, worker->answered % 2 == 0 ? GET_FAST : GET_SLOW);
        client_read(&client, false, WAIT_MS, &answer);
        if (answer.status == 200)
            worker->answered++;
        else
            worker->lost++;
        bool ends =
            answer.status != 200 || strcmp(answer_header(&answer, "Connection"), "close") == 0;
        answer_finish(&answer);
        if (ends)
            client_close(&client);
        if (ends)
            client.fd = -1;
    }
    if (client.fd >= 0)
        client_close(&client);
    return NULL;
}

START_TEST(a_drain_under_load_loses_nothing)
{
    enum { WORKERS = 16 };
    static struct worker workers[WORKERS];
    int answered = 0;

    rig.options.no_suspend = _i % 2 == 1;
    rig_start(&rig);
    memset(workers, 0, sizeof(workers));
    for (int i = 0; i < WORKERS; i++)
        ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    nap_ms(100);
    rig_drain(&rig, 150, 3000);
    ck_assert(drained_within(3000));
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i].thread, NULL);
        answered += workers[i].answered;
        ck_assert_msg(workers[i].lost == 0, "%d lost, %d answered", workers[i].lost, answered);
    }
    ck_assert_int_gt(answered, WORKERS);
}
END_TEST

START_TEST(before_the_listener_closes_new_connections_are_served_and_closed)
{
    struct client client;
    struct answer answer;
    rig_start(&rig);
    rig_drain(&rig, 400, 3000);
    nap_ms(50);
    client_open(&client, rig.port);
    client_text(&client, GET_FAST);
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_str_eq(answer_header(&answer, "Connection"), "close");
    answer_finish(&answer);
    ck_assert(client_sees_end(&client, 1000));
    client_close(&client);
    ck_assert(!atomic_load(&rig.drained));
    ck_assert(drained_within(1000));
}
END_TEST

START_TEST(idle_connections_are_closed_with_the_listener)
{
    struct client client;
    struct answer answer;
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, GET_FAST);
    client_read(&client, false, WAIT_MS, &answer);
    answer_finish(&answer);
    rig_drain(&rig, 200, 3000);
    ck_assert(client_sees_end(&client, 1000));
    client_close(&client);
    ck_assert(drained_within(1000));
    ck_assert(!client_try_open(&client, rig.port));
}
END_TEST

START_TEST(a_request_that_runs_is_answered_first)
{
    struct client client;
    struct answer answer;
    rig.options.no_suspend = _i == 1;
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, GET_GATE);
    while (atomic_load(&rig.handled) == 0)
        nap_ms(1);
    rig_drain(&rig, 10, 3000);
    nap_ms(300);
    ck_assert(!atomic_load(&rig.drained));
    atomic_store(&rig.opened_gate, true);
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_int_eq(answer.status, 200);
    answer_finish(&answer);
    client_close(&client);
    ck_assert(drained_within(1000));
}
END_TEST

START_TEST(a_half_request_is_waited_for)
{
    struct client client;
    struct answer answer;
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, "GET /v1/fast HTTP/1.1\r\n");
    nap_ms(300);
    rig_drain(&rig, 10, 3000);
    nap_ms(300);
    client_text(&client, HOST KEY "\r\n");
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_int_eq(answer.status, 200);
    answer_finish(&answer);
    client_close(&client);
    ck_assert(drained_within(1000));
}
END_TEST

START_TEST(at_the_limit_handlers_are_cancelled)
{
    struct client client;
    struct answer answer;
    rig_start(&rig);
    client_open(&client, rig.port);
    client_text(&client, GET_GATE);
    while (atomic_load(&rig.handled) == 0)
        nap_ms(1);
    int64_t begin = now_ms();
    rig_drain(&rig, 10, 300);
    client_read(&client, false, WAIT_MS, &answer);
    ck_assert_int_eq(answer.status, 503);
    answer_finish(&answer);
    client_close(&client);
    ck_assert(drained_within(1500));
    ck_assert_int_lt(now_ms() - begin, 1000);
}
END_TEST

START_TEST(without_connections_the_drain_ends_with_the_listener)
{
    rig_start(&rig);
    rig_drain(&rig, 0, 3000);
    ck_assert(drained_within(500));
}
END_TEST

static int64_t cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

START_TEST(without_descriptors_nothing_spins_and_it_recovers)
{
    enum { COUNT = 8 };
    static struct client clients[COUNT];
    struct rlimit old;
    rig_start(&rig);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
    int last = dup(0);
    close(last);
    /* Room for the clients' ends and two of the server's. */
    struct rlimit few = {(rlim_t)last + COUNT + 2, old.rlim_max};
    for (int i = 0; i < COUNT; i++)
        client_reserve(&clients[i]);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int i = 0; i < COUNT; i++)
        client_connect(&clients[i], rig.port);
    int64_t cpu = cpu_ms();
    nap_ms(500);
    cpu = cpu_ms() - cpu;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
    ck_assert_msg(cpu < 100, "%lld ms of 500", (long long)cpu);
    for (int i = 0; i < COUNT; i++) {
        struct answer answer;
        client_text(&clients[i], GET_FAST);
        client_read(&clients[i], false, WAIT_MS, &answer);
        ck_assert_int_eq(answer.status, 200);
        answer_finish(&answer);
        client_close(&clients[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http/drain");
    TCase *tests = tcase_create("drain");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, a_drain_under_load_loses_nothing, 0, 8);
    tcase_add_test(tests, before_the_listener_closes_new_connections_are_served_and_closed);
    tcase_add_test(tests, idle_connections_are_closed_with_the_listener);
    tcase_add_loop_test(tests, a_request_that_runs_is_answered_first, 0, 2);
    tcase_add_test(tests, a_half_request_is_waited_for);
    tcase_add_test(tests, at_the_limit_handlers_are_cancelled);
    tcase_add_test(tests, without_connections_the_drain_ends_with_the_listener);
    tcase_add_test(tests, without_descriptors_nothing_spins_and_it_recovers);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
