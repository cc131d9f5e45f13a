// SPDX-License-Identifier: MIT
/* Lost connections, and a server that is unreachable or frozen. */
#include <signal.h>

#include "stand.h"

static const struct db_statement echo = {.name = "echo", .sql = "SELECT $1::bigint * 2"};
static const struct db_statement pid = {.name = "pid", .sql = "SELECT pg_backend_pid()"};

static void read_body(void *data)
{
    ck_assert(stand_int(stand.db, &stand_locked, DB_NO_VALUES) == 7);
    (*(int *)data)++;
}

static const char kill_all[] = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                               "WHERE application_name = 'db-test/1'";
static const char kill_busy[] =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE application_name = 'db-test/1' AND query LIKE '/* locked */%%' AND state = 'active'";

TEST_CASE("query_lost", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(reads_in_flight_on_a_lost_connection_are_sent_again)
{
    int done = 0;

    stand_lock();
    for (int i = 0; i < 20; i++)
        stand_go(read_body, &done);
    stand_until(stand_waiting() > 0, "PostgreSQL runs one of them");
    ck_assert_int_ge(stand_number(kill_busy), 1);
    stand_unlock();
    stand_join();
    ck_assert_int_eq(done, 20);
}

static const char connected[] =
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'db-test/1'";

FIBER_TEST(all_connections_reconnect_at_two_attempts_a_second)
{
    ck_assert(db_pool_is_usable(stand.pool));
    ck_sql(5, kill_all);
    stand_until(stand.usable_calls >= 2, "the pool is down: %d changes", stand.usable_calls);
    stand_until(db_pool_is_usable(stand.pool), "a connection is made again");
    ck_assert(stand_int(stand.db, &echo, DB_VALUES(db_int(4))) == 8);
    stand_until(stand_number(connected) == 5, "all connections are made again");
    ck_assert(db_pool_is_usable(stand.pool));
}

enum { DOWN_WAIT_MS = 500, STATEMENT_MS = 200 };

static void nowhere_body(void *data)
{
    struct db_rows rows auto_rows = {0};
    const int64_t start_ms = wait_now_ms();

    ck_unavailable(db_query(stand.db, &pid, DB_NO_VALUES, &rows, &fault), "database_unavailable");
    if (is_timed())
        ck_assert_int_lt(wait_now_ms() - start_ms, 900);
    /* Two seconds into the outage a query fails at once; the clock is stopped. */
    now_freeze(now_wall_us(), now_mono_ns() + 2 * NS_PER_S);
    stand_turn();
    ck_unavailable(db_query(stand.db, &pid, DB_NO_VALUES, &rows, &fault), "database_unavailable");
    now_thaw();
}

/* Port 1 refuses connections; the test has a pool of its own. */
TEST(without_a_database_a_query_fails_within_a_second)
{
    stand.options.down_wait_ms = DOWN_WAIT_MS;
    db_pool_destroy(stand_replace_pool("postgresql://nobody@localhost:1/none"));
    stand_run(nowhere_body, NULL);
}

/* A frozen server neither answers nor closes connections. */

enum { BACKENDS = 5 };

static pid_t backends[BACKENDS];

static void signal_all(int signo)
{
    for (int i = 0; i < BACKENDS; i++)
        ck_assert_msg(kill(backends[i], signo) == 0,
                      "the backends must run here, under a user this test may signal");
}

/* Counts the reads of a frozen server that ended as expected. It checks nothing before the backends
 * are resumed, because a failed check would leave them frozen for later suites. */
static void frozen_body(void *data)
{
    struct db_rows rows auto_rows = {0};
    struct fault fault = {0};
    const int64_t start_ms = wait_now_ms();

    if (!db_query(stand.db, &pid, DB_NO_VALUES, &rows, &fault) &&
        strcmp(fault.code, "database_unavailable") == 0 && wait_now_ms() - start_ms > 600 &&
        (!is_timed() || wait_now_ms() - start_ms < 1600))
        (*(int *)data)++;
}

enum { FROZEN_READERS = 64 }; /* more than one connection gets in an iteration, so each is used */

static bool is_answered(void)
{
    struct db_rows rows auto_rows = {0};
    struct fault fault;

    return db_query(stand.db, &echo, DB_VALUES(db_int(4)), &rows, &fault) &&
           db_get_int(&rows, 0, 0) == 8;
}

static void freeze_body(void *data)
{
    PGresult *result = PQexec(stand_connection(), "SELECT pid FROM pg_stat_activity "
                                                  "WHERE application_name = 'db-test/1'");

    ck_assert_int_eq(PQntuples(result), BACKENDS);
    for (int i = 0; i < BACKENDS; i++)
        backends[i] = atoi(PQgetvalue(result, i, 0));
    PQclear(result);
    signal_all(SIGSTOP);
    for (int i = 0; i < FROZEN_READERS; i++)
        stand_go(frozen_body, data);
    const int64_t end_ms = wait_now_ms() + patience_ms(0);
    bool replaced = false;
    while ((*(int *)data < FROZEN_READERS || !(replaced = is_answered())) && wait_now_ms() < end_ms)
        stand_sleep(WAIT_STEP_MS);
    signal_all(SIGCONT);
    ck_assert_int_eq(*(int *)data, FROZEN_READERS);
    ck_assert_msg(replaced, "no connection replaced a frozen one");
}

static void begin_impatient(void)
{
    struct db_options options;

    stand_options(&options);
    options.statement_ms = STATEMENT_MS;
    options.down_wait_ms = DOWN_WAIT_MS;
    stand_begin_with(&options);
}

TEST_CASE("query_lost", .setup = begin_impatient, .teardown = stand_end);

TEST(frozen_server_connection_is_replaced)
{
    int done = 0;

    stand_run(freeze_body, &done);
}
