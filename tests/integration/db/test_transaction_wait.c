// SPDX-License-Identifier: MIT
/* What a transaction waits for, and for how long: a connection, an answer, a lock. */

#include "account.h"
#include "stand.h"

static const struct db_statement slow = {.name = "slow", .sql = "SELECT 1, pg_sleep($1)"};

TEST_CASE("transaction_wait", .setup = account_begin, .teardown = stand_end);

/* The queue for a connection */

struct line {
    int order[64];
    int count;
};
static struct line line;

static bool hold(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    line.order[line.count++] = (int)(intptr_t)arg;
    return db_query(tx, &slow, DB_VALUES(db_double(0.01)), &rows, fault);
}

static void hold_body(void *data)
{
    ck_ok(db_transaction(stand.pool, hold, data, &fault));
}

static void fair_body(void *data)
{
    stand_race(40, hold_body);
}

TEST(first_fiber_is_served_first)
{
    account_begin_line(2, 64, patience_ms(0));
    line.count = 0;
    stand_run(fair_body, NULL);
    ck_assert_int_eq(line.count, 40);
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(line.order[i], i);
}

enum { REFUSED = 3 };

/* The refused fibers, in order. */
static struct {
    int order[REFUSED];
    int64_t waited_ms[REFUSED];
    int count;
} refused;

static bool hold_long(struct db *tx, void *arg, struct fault *fault)
{
    if (!account_move_dry(tx, NULL, fault))
        return false;
    stand_until(refused.count >= REFUSED, "refused.count is %d", refused.count);
    return true;
}

static void hold_long_body(void *data)
{
    ck_ok(db_transaction(stand.pool, hold_long, NULL, &fault));
}

static void refused_body(void *data)
{
    const int64_t start = now_mono_ns();

    ck_unavailable(db_transaction(stand.pool, account_move, NULL, &fault), "overloaded");
    const int who = (int)(intptr_t)data;
    refused.waited_ms[who] = (now_mono_ns() - start) / 1000000;
    refused.order[refused.count++] = who;
}

static void crowd_body(void *data)
{
    stand_go(hold_long_body, NULL);
    /* Two wait; for the third the queue is full. */
    for (intptr_t i = 0; i < REFUSED; i++)
        stand_go(refused_body, (void *)i);
}

TEST(queue_is_bounded_in_length_and_time)
{
    memset(&refused, 0, sizeof refused);
    account_begin_line(1, 2, 2000);
    stand_run(crowd_body, NULL);
    ck_assert_int_eq(refused.order[0], 2);
    ck_assert_int_ge(refused.waited_ms[0], 1990);
    ck_assert_int_ge(refused.waited_ms[1], 1990);
    if (is_timed()) {
        ck_assert_int_le(refused.waited_ms[0], 3000);
        ck_assert_int_le(refused.waited_ms[2], 150);
    }
}

/* Deadlines */

static bool take_and_wait(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    return account_move(tx, arg, fault) && db_query(tx, &stand_locked, DB_NO_VALUES, &rows, fault);
}

static void late_body(void *data)
{
    ck_fault(db_transaction(stand.pool, take_and_wait, NULL, &fault), "deadline_exceeded",
             FAULT_TIMEOUT);
    ++*(int *)data;
}

FIBER_TEST(deadline_inside_a_transaction_leaves_the_pool_clean)
{
    int ended = 0;

    stand_lock();
    for (int i = 0; i < 4; i++)
        stand_go_for(late_body, &ended, 100);
    stand_until(ended == 4, "%d of 4 deadlines passed", ended);
    stand_unlock();
    /* Waits until a connection has been drained. */
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    stand_until(stand_number("SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                             " 'db-test/1' AND state <> 'idle'") == 0,
                "all are drained");
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    ck_assert_int_eq(account_balance(1), 40);
}

static bool move_after_a_while(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    return db_query(tx, &stand_locked, DB_NO_VALUES, &rows, fault) &&
           account_move_and_commit(tx, arg, fault);
}

static void expired_body(void *data)
{
    ck_fault(db_transaction(stand.pool, move_after_a_while, NULL, &fault), "deadline_exceeded",
             FAULT_TIMEOUT);
}

static void frozen_body(void *data)
{
    stand_lock();
    stand_go(expired_body, data);
    stand_until(stand_waiting() == 1, "PostgreSQL runs the statement");
    /* The whole process pauses, as after SIGSTOP: when it resumes, both the answer and the deadline
     * are there. */
    stand_unlock();
    wait_until(stand_number("SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                            " 'db-test/1' AND state = 'active'") == 0,
               "PostgreSQL has answered");
    now_freeze(now_wall_us(), now_mono_ns() + 20 * patience_ms(0) * NS_PER_MS);
}

TEST(transaction_woken_after_its_deadline_writes_nothing)
{
    stand_run(frozen_body, NULL);
    now_thaw();
    ck_assert_int_eq(account_balance(1), 100);
    stand_assert_clean();
}

/* Locks */

static void lock_body(void *data)
{
    stand_sql("BEGIN");
    stand_sql("UPDATE account SET balance = 0 WHERE id = 1");
    ck_unavailable(db_transaction(stand.pool, account_move, NULL, &fault), "busy");
    stand_sql("ROLLBACK");
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
}

static void patient_body(void *data)
{
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
}

/* Longer than the second after which PostgreSQL checks for deadlocks. */
FIBER_TEST(lock_without_deadlock_is_waited_for)
{
    stand_sql("BEGIN");
    stand_sql("UPDATE account SET balance = 0 WHERE id = 1");
    stand_go(patient_body, NULL);
    stand_sleep(1500);
    stand_sql("ROLLBACK");
    stand_join();
    ck_assert_int_eq(account_balance(1), 70);
}

TEST(lock_wait_ends_after_lock_timeout)
{
    struct db_options options;

    stand_options(&options);
    options.lock_ms = 200;
    account_begin_with(&options);
    stand_run(lock_body, NULL);
}
