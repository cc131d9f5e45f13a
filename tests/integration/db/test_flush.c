// SPDX-License-Identifier: MIT
/* Durability: db_transaction() succeeds only after the flusher has confirmed that the commit is on
 * disk. */
#include <signal.h>

#include "account.h"
#include "stand.h"
#include "support/metric_of.h"

TEST_CASE("flush", .setup = account_begin, .teardown = stand_end);

static const struct db_statement balance = {.name = "balance",
                                            .sql = "SELECT balance FROM account WHERE id = $1"};
static const struct db_statement lsn = {
    .name = "lsn",
    .sql = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint",
};

static bool deposit(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};
    const struct db_value values[] = {db_int(*(int64_t *)arg % 20 + 1), db_int(1)};
    const struct db_call call = {&account_change, values, 2, NULL};

    return db_query_all(tx, &call, 1, fault) && db_query(tx, &lsn, DB_NO_VALUES, &rows, fault) &&
           (*(int64_t *)arg = db_get_int(&rows, 0, 0)) > 0;
}

static int checked;

/* The WAL written until the end of the transaction body must be on disk when the transaction
 * returns. */
static void deposit_body(void *data)
{
    int64_t written = (int64_t)(intptr_t)data;

    ck_ok(db_transaction(stand.pool, deposit, &written, &fault));
    ck_assert_int_ge(stand_number("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"), written);
    checked++;
}

static void deposits_body(void *data)
{
    for (intptr_t i = 0; i < 200; i++)
        stand_go(deposit_body, (void *)i);
}

TEST(an_acknowledged_write_is_on_the_disk)
{
    account_begin_line(2, 256, patience_ms(0));
    const double before = metric_of("db_flushes_total");
    checked = 0;
    stand_run(deposits_body, NULL);
    ck_assert_int_eq(checked, 200);
    ck_sql(2200, "SELECT sum(balance) FROM account");
    const double flushes = metric_of("db_flushes_total") - before;
    ck_assert_double_gt(flushes, 0);
    ck_assert_double_le(flushes, 200);
}

/* Shows that the test above can fail: with synchronous_commit off, COMMIT returns before the WAL is
 * on disk. The outside connection commits as exclusive ones do. */
TEST(without_a_flush_commits_return_before_the_disk_write)
{
    int unflushed = 0;

    account_begin_line(1, 8, 1000);
    stand_sql("SET synchronous_commit = off");
    for (int i = 0; i < 50; i++) {
        stand_sql("BEGIN");
        stand_sql("UPDATE account SET balance = balance + 1 WHERE id = 1");
        const long long written =
            stand_number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
        unflushed +=
            stand_number("COMMIT; SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint") < written;
    }
    ck_assert_int_gt(unflushed,
                     is_timed() ? 25 : 0); /* the WAL writer flushes too, 5 times a second */
}

static bool only_read(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    return db_query(tx, &balance, DB_VALUES(db_int(1)), &rows, fault);
}

static const struct db_statement write_hidden = {.name = "write_hidden", .sql = "SELECT touch()"};

static bool hidden(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    return db_query(tx, &write_hidden, DB_NO_VALUES, &rows, fault);
}

FIBER_TEST(only_a_transaction_that_wrote_waits_for_the_disk)
{
    stand_sql("CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS "
              "'UPDATE db_test.account SET owner = owner RETURNING 1'");

    double before = metric_of("db_flushes_total");
    ck_ok(db_transaction(stand.pool, only_read, NULL, &fault));
    ck_ok(db_transaction(stand.pool, account_move_dry, NULL, &fault));
    ck_assert_double_eq(metric_of("db_flushes_total"), before);
    ck_ok(db_transaction(stand.pool, hidden, NULL, &fault));
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 1);
    ck_ok(db_transaction(stand.pool, account_move_and_commit, NULL, &fault));
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 2);
}

static pid_t stop_flusher(void)
{
    const pid_t flusher =
        (pid_t)stand_number("SELECT pid FROM pg_stat_activity WHERE application_name = "
                            "'db-test/1' AND query LIKE '%%pg_current_wal_flush_lsn%%'");

    ck_assert_int_gt(flusher, 1); /* kill(-1) would stop every process of the machine */
    ck_assert_msg(kill(flusher, SIGSTOP) == 0,
                  "the backends must run here, under a user this test may signal");
    return flusher;
}

static void too_slow_body(void *data)
{
    ck_unavailable(db_transaction(stand.pool, account_move, NULL, &fault), "outcome_unknown");
}

/* Starts a transaction whose flush is not confirmed, because the flusher is stopped. */
static pid_t get_stuck(void)
{
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    const double before = metric_of("db_flushes_total");
    const pid_t flusher = stop_flusher();
    stand_go_for(too_slow_body, NULL, 2 * patience_ms(0));
    stand_until(metric_of("db_flushes_total") > before, "a flush is sent");
    return flusher;
}

FIBER_TEST(lost_flusher_leaves_the_outcome_unknown)
{
    const pid_t flusher = get_stuck();

    stand_sql("SELECT pg_terminate_backend(%d)", (int)flusher);
    kill(flusher, SIGCONT);
    stand_until(stand_running() == 1, "the flush is given up");
    stand_until(metric_of("db_connections{pool=\"flusher\"}") == 1, "a flusher is connected again");
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    /* All three were committed; one was reported as outcome_unknown. */
    ck_assert_int_eq(account_balance(1), 10);
}

static void too_long_body(void *data)
{
    const pid_t flusher = get_stuck();

    /* The fiber's deadline passes, the flusher's timeout does not. */
    now_freeze(now_wall_us(), now_mono_ns() + 3 * patience_ms(0) * NS_PER_MS);
    while (stand_running() > 1)
        stand_turn();
    kill(flusher, SIGCONT);
    ck_assert_double_eq(metric_of("db_connections{pool=\"flusher\"}"), 1);
}

TEST(slow_flush_leaves_the_outcome_unknown)
{
    struct db_options options;

    stand_options(&options);
    options.exclusive_statement_ms = 20 * patience_ms(0);
    account_begin_with(&options);
    stand_run(too_long_body, NULL);
    now_thaw();
    ck_assert_int_eq(account_balance(1), 40);
}

static void move_body(void *data)
{
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    (*(int *)data)++;
}

/* The second flush starts when the first one ends, and covers all commits until then. */
FIBER_TEST(second_flush_is_sent_while_one_runs)
{
    int done = 0;

    stand_sql("UPDATE account SET balance = 1000");
    move_body(&done);
    const double before = metric_of("db_flushes_total");
    const pid_t flusher = stop_flusher();
    for (int i = 0; i < 4; i++) {
        stand_go(move_body, &done);
        stand_until(account_balance(1) == 1000 - 30 * (i + 2) &&
                        metric_of("db_connections_in_use") == 0,
                    "the pool has read that it is committed");
        stand_sleep(0); /* ends the iteration, in which a flush is sent */
        ck_assert_double_eq(metric_of("db_flushes_total"), before + (i == 0 ? 1 : 2));
    }
    ck_assert_int_eq(done, 1);
    kill(flusher, SIGCONT);
    stand_until(done == 5, "%d of 5 are done", done);
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 2);
}

static const char kill_flusher[] =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE application_name = 'db-test/1' AND query LIKE '%%pg_current_wal_flush_lsn%%'";

/* The pool keeps its other connections and has no flusher until let_flusher_back(): the database
 * refuses new connections. Otherwise the flusher reconnects after a random delay, and a slow test
 * does not see that it was gone. */
static void remove_flusher(void)
{
    stand_sql("UPDATE pg_database SET datallowconn = false WHERE datname = current_database()");
    ck_sql(1, kill_flusher);
    stand_until(metric_of("db_connections{pool=\"flusher\"}") == 0, "the flusher is gone");
}

static void let_flusher_back(void)
{
    stand_sql("UPDATE pg_database SET datallowconn = true WHERE datname = current_database()");
    stand_until(metric_of("db_connections{pool=\"flusher\"}") == 1, "a flusher is connected again");
}

FIBER_TEST(commits_wait_for_the_disk_without_a_flusher)
{
    int64_t written = 0;

    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    remove_flusher();
    /* Without a flusher the commit itself waits for the disk. */
    const double before = metric_of("db_flushes_total");
    ck_ok(db_transaction(stand.pool, deposit, &written, &fault));
    ck_assert_int_ge(stand_number("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"), written);
    ck_assert_double_eq(metric_of("db_flushes_total"), before);
    let_flusher_back();
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 1);
}

static bool look_inside(struct db *tx, void *arg, struct fault *fault)
{
    *(double *)arg = metric_of("db_connections_in_use");
    return account_move(tx, NULL, fault);
}

FIBER_TEST(metrics_count_connections_in_use)
{
    double inside = 0;

    ck_ok(db_transaction(stand.pool, look_inside, &inside, &fault));
    ck_assert_double_eq(inside, 1);
    ck_assert_double_eq(metric_of("db_connections_in_use"), 0);
    ck_assert_double_eq(metric_of("db_statements_in_flight"), 0);
}

/* If the server had been restarted meanwhile, the commit could be lost, and the new flusher could
 * not notice. */
FIBER_TEST(later_flusher_does_not_confirm_earlier_commits)
{
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    account_hold_commits();
    stand_go(too_slow_body, NULL);
    stand_until(stand_waiting() == 1, "PostgreSQL commits");
    remove_flusher();
    let_flusher_back();
    stand_unlock();
}

/* The metrics describe the pool created last. */
static void wait_for_pool(void)
{
    stand_until(db_pool_is_usable(stand.pool) && metric_of("db_connections{pool=\"flusher\"}") == 1,
                "the pool connects");
}

static void plain_role_body(void *data)
{
    wait_for_pool();
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    ck_assert(db_pool_is_usable(stand.pool));
}

/* Runs as a role without special rights, whose pool replaces the usual one. */
static void run_as_plain_role(void (*body)(void *data))
{
    static char url[512]; /* must live as long as the pool */

    stand_sql("DO $$ BEGIN CREATE ROLE db_test_plain LOGIN PASSWORD 'plain'; "
              "EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    stand_sql("GRANT USAGE ON SCHEMA db_test TO db_test_plain");
    stand_sql("GRANT ALL ON account TO db_test_plain");
    snprintf(url, sizeof url, "postgresql://db_test_plain:plain@localhost:%s/%s",
             PQport(stand_connection()), PQdb(stand_connection()));
    struct db_pool *good = stand_replace_pool(url);
    stand_run(body, NULL);
    db_pool_destroy(good);
}

TEST(a_role_without_special_rights_can_flush)
{
    const double before = metric_of("db_flushes_total");

    run_as_plain_role(plain_role_body);
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 1);
    ck_assert_int_eq(account_balance(1), 70);
}

static void no_position_body(void *data)
{
    wait_for_pool();
    stand_sql("REVOKE EXECUTE ON FUNCTION pg_current_wal_insert_lsn() FROM PUBLIC");
    ck_unavailable(db_transaction(stand.pool, account_move, NULL, &fault), "outcome_unknown");
    stand_sql("GRANT EXECUTE ON FUNCTION pg_current_wal_insert_lsn() TO PUBLIC");
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
}

TEST(failure_after_a_commit_is_outcome_unknown)
{
    run_as_plain_role(no_position_body);
    ck_assert_int_eq(account_balance(1), 40);
}
