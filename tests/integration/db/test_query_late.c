// SPDX-License-Identifier: MIT
/* The process was stopped, or computed for longer than the timeout of a statement: only time in
 * which PostgreSQL's answers could be read counts. */

#include "stand.h"

static const struct db_statement sleepy = {.name = "sleepy",
                                           .sql = "SELECT 7, pg_sleep($1::float8)"};
static const struct db_statement echo = {.name = "echo", .sql = "SELECT $1::bigint * 2"};

static void end(void)
{
    now_thaw();
    stand_end();
}

/* The clock is stopped from now on, so nothing that starts later is late. */
static void leap(void)
{
    now_freeze(now_wall_us(), now_mono_ns());
    now_advance_us(20 * patience_ms(0) * US_PER_MS);
}

static void read_late(void *data)
{
    leap();
    ck_assert_int_eq(stand_int(stand.db, &sleepy, DB_VALUES(db_double(0.1))), 7);
}

static bool change_late(struct db *tx, void *arg, struct fault *fault)
{
    ck_assert_int_eq(stand_int(tx, &echo, DB_VALUES(db_int(4))), 8);
    leap();
    ck_assert_int_eq(stand_int(tx, &sleepy, DB_VALUES(db_double(0.1))), 7);
    return true;
}

static void transaction_late(void *data)
{
    ck_ok(db_transaction(stand.pool, change_late, NULL, &fault));
}

static bool read_locked(struct db *tx, void *arg, struct fault *fault)
{
    ck_assert_int_eq(stand_int(tx, &stand_locked, DB_NO_VALUES), 7);
    *(bool *)arg = true;
    return true;
}

static void locked_body(void *data)
{
    ck_ok(read_locked(stand.db, data, &fault));
}

static void locked_transaction_body(void *data)
{
    ck_ok(db_transaction(stand.pool, read_locked, data, &fault));
}

static void (*const lates[])(void *data) = {read_late, transaction_late};
static void (*const lockeds[])(void *data) = {locked_body, locked_transaction_body};

static void in_fiber(void *data)
{
    stand_go_for(*(void (**)(void *))data, NULL, 100 * patience_ms(0));
}

TEST_CASE("query_late", .setup = stand_begin, .teardown = end);

TEST_ROWS(statement_started_after_long_work_has_its_full_timeout, lates)
{
    void (*late)(void *data) = *row;

    stand_run(in_fiber, &late);
}

static const char active[] = "SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                             " 'db-test/1' AND state = 'active'";

/* The answer arrives while this fiber does not return to the loop. */
static void answered_body(void *data)
{
    bool is_answered = false;

    stand_lock();
    stand_go_for(*(void (**)(void *))data, &is_answered, 100 * patience_ms(0));
    stand_until(stand_waiting() == 1, "PostgreSQL runs the statement");
    stand_unlock();
    wait_until(stand_number(active) == 0, "PostgreSQL has answered");
    ck_assert(!is_answered);
    leap();
    /* Its connection is not taken for a frozen one, either. */
    ck_assert_int_eq(stand_int(stand.db, &echo, DB_VALUES(db_int(4))), 8);
    ck_assert(is_answered);
}

static void answered_in_fiber(void *data)
{
    stand_go_for(answered_body, data, 100 * patience_ms(0));
}

TEST_ROWS(answer_received_in_time_is_used_if_read_late, lockeds)
{
    void (*body)(void *data) = *row;

    stand_run(answered_in_fiber, &body);
}
