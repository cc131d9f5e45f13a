// SPDX-License-Identifier: MIT
/* The process stood still or computed for longer than a statement may take: only time in which
 * PostgreSQL could have been heard counts against it. */
#include "base/now.h"

#include "stand.h"
#include "support/patience.h"

enum { LONG_MS = 60000, LOCK = 7319 };

static const struct db_statement sleepy = {.name = "sleepy",
                                           .sql = "SELECT 7, pg_sleep($1::float8)"};
static const struct db_statement locked = {.name = "locked",
                                           .sql = "SELECT 7, pg_advisory_xact_lock_shared($1)"};
static const struct db_statement echo = {.name = "echo", .sql = "SELECT $1::bigint * 2"};

static void begin(void)
{
    struct db_options options;

    db_options_defaults(&options);
    options.statement_ms = options.exclusive_statement_ms = options.lock_ms = patience_ms(10000);
    stand_begin(&options);
}

static void end(void)
{
    now_thaw();
    stand_end();
}

/* From now on the clock stands still: nothing that begins later is late. */
static void leap(void)
{
    now_freeze(now_wall_us(), now_mono_ns());
    now_advance_us(20 * patience_ms(LONG_MS) * US_PER_MS);
}

static void read_late(void *data)
{
    (void)data;
    leap();
    ck_assert_int_eq(stand_int(stand.db, &sleepy, DB_VALUES(db_double(0.1))), 7);
}

static bool change_late(struct db *tx, void *arg, struct fault *fault)
{
    (void)arg;
    (void)fault;
    ck_assert_int_eq(stand_int(tx, &echo, DB_VALUES(db_int(4))), 8);
    leap();
    ck_assert_int_eq(stand_int(tx, &sleepy, DB_VALUES(db_double(0.1))), 7);
    return true;
}

static void transaction_late(void *data)
{
    struct fault fault = {0};

    (void)data;
    ck_ok(db_transaction(stand.pool, change_late, NULL, &fault), fault);
}

static bool read_locked(struct db *tx, void *arg, struct fault *fault)
{
    (void)fault;
    ck_assert_int_eq(stand_int(tx, &locked, DB_VALUES(db_int(LOCK))), 7);
    *(bool *)arg = true;
    return true;
}

static void locked_body(void *data)
{
    struct fault fault = {0};

    ck_assert(read_locked(stand.db, data, &fault));
}

static void locked_transaction_body(void *data)
{
    struct fault fault = {0};

    ck_ok(db_transaction(stand.pool, read_locked, data, &fault), fault);
}

static void (*const lates[])(void *data) = {read_late, transaction_late};
static void (*const lockeds[])(void *data) = {locked_body, locked_transaction_body};

static void in_fiber(void *data)
{
    stand_go(*(void (**)(void *))data, NULL, (int)(100 * patience_ms(LONG_MS)));
}

START_TEST(a_statement_that_begins_after_long_work_has_its_whole_time)
{
    void (*late)(void *data) = lates[_i];

    stand_run(in_fiber, &late);
}
END_TEST

static const char waiting[] = "SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                              " 'db-test/1' AND wait_event = 'advisory'";
static const char active[] = "SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                             " 'db-test/1' AND state = 'active'";

static void wait_for(const char *sql, long long count)
{
    for (int i = 0; i < 6000 && stand_number("%s", sql) != count; i++)
        stand_sql("SELECT pg_sleep(0.01)");
    ck_assert_int_eq(stand_number("%s", sql), count);
}

/* While this fiber does not give the loop back, the answer comes into the socket. */
static void answered_body(void *data)
{
    bool is_answered = false;

    stand_sql("SELECT pg_advisory_lock(%d)", LOCK);
    stand_go(*(void (**)(void *))data, &is_answered, (int)(100 * patience_ms(LONG_MS)));
    for (int i = 0; i < 6000 && stand_number(waiting) == 0; i++)
        stand_sleep(10);
    ck_assert_int_eq(stand_number(waiting), 1);
    stand_sql("SELECT pg_advisory_unlock(%d)", LOCK);
    wait_for(active, 0);
    ck_assert(!is_answered);
    leap();
    /* Nor is its connection taken for a silent one. */
    ck_assert_int_eq(stand_int(stand.db, &echo, DB_VALUES(db_int(4))), 8);
    ck_assert(is_answered);
}

static void answered_in_fiber(void *data)
{
    stand_go(answered_body, data, (int)(100 * patience_ms(LONG_MS)));
}

START_TEST(an_answer_that_came_in_time_counts_however_late_it_is_read)
{
    void (*body)(void *data) = lockeds[_i];

    stand_run(answered_in_fiber, &body);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("late");
    Suite *suite = suite_create("db_query_late");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_statement_that_begins_after_long_work_has_its_whole_time, 0,
                        sizeof(lates) / sizeof(lates[0]));
    tcase_add_loop_test(tests, an_answer_that_came_in_time_counts_however_late_it_is_read, 0,
                        sizeof(lockeds) / sizeof(lockeds[0]));
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
