// SPDX-License-Identifier: MIT

#include "stand.h"
#include "support/scratch.h"

static const struct db_statement echo = {.name = "echo", .sql = "SELECT $1::bigint * 2"};
static const struct db_statement broken = {.name = "divide", .sql = "SELECT 1 / $1::bigint"};
static const struct db_statement pid = {.name = "pid", .sql = "SELECT pg_backend_pid()"};

TEST_CASE("query", .setup = stand_begin, .teardown = stand_end);

/* Pipelining */

static int answered;

static void echo_body(void *data)
{
    const int64_t number = (int64_t)(intptr_t)data * 10;

    for (int64_t i = 0; i < 3; i++)
        ck_assert(stand_int(stand.db, &echo, DB_VALUES(db_int(number + i))) == 2 * (number + i));
    answered++;
}

FIBER_TEST(thousand_concurrent_fibers_get_their_own_answers)
{
    answered = 0;
    stand_race(1000, echo_body);
    ck_assert_int_eq(answered, 1000);
}

static void divide_body(void *data)
{
    struct db_rows rows = {.count = 77};

    ck_fault(db_query(stand.db, &broken, DB_VALUES(db_int(0)), &rows, &fault), "database_error",
             FAULT_INTERNAL);
    ck_lacks(fault.detail, "zero");
    ck_assert_int_eq(rows.count, 77);
    (*(int *)data)++;
}

FIBER_TEST(error_does_not_affect_statements_of_the_same_iteration)
{
    int errors = 0;

    answered = 0;
    for (intptr_t i = 0; i < 100; i++) {
        stand_go(echo_body, (void *)i);
        if (i % 10 == 3)
            stand_go(divide_body, &errors);
    }
    stand_join();
    ck_assert_int_eq(answered, 100);
    ck_assert_int_eq(errors, 10);
}

FIBER_TEST(several_statements_give_all_results_or_none)
{
    struct db_rows a auto_rows = {0};
    struct db_rows b auto_rows = {0};
    const struct db_value one = db_int(1);
    const struct db_value zero = db_int(0);
    const struct db_call good[] = {
        {&echo, &one, 1, &a  },
        {&echo, &one, 1, NULL},
        {&pid,  NULL, 0, &b  },
    };
    const struct db_call bad[] = {
        {&echo,   &one,  1, &a  },
        {&broken, &zero, 1, NULL},
        {&pid,    NULL,  0, &b  },
    };

    a.count = b.count = 9;
    ck_fault(db_query_all(stand.db, bad, 3, &fault), "database_error", FAULT_INTERNAL);
    ck_assert_ptr_null(a.result);
    ck_assert_int_eq(a.count, 9);
    ck_assert_int_eq(b.count, 9);
    ck_ok(db_query_all(stand.db, good, 3, &fault));
    ck_assert_int_eq(db_get_int(&a, 0, 0), 2);
    ck_assert_int_gt(db_get_int(&b, 0, 0), 0);
}

static const struct db_statement unreadable = {.name = "unreadable", .sql = "SELEC 1"};
static const struct db_statement write_shared = {.name = "write_shared",
                                                 .sql = "CREATE TABLE db_test.t (a int)"};

FIBER_TEST(invalid_statement_is_refused_and_the_next_works)
{
    struct db_rows rows auto_rows = {0};

    ck_fault(db_query(stand.db, &unreadable, DB_NO_VALUES, &rows, &fault), "database_error",
             FAULT_INTERNAL);
    ck_fault(db_query(stand.db, &write_shared, DB_NO_VALUES, &rows, &fault), "database_error",
             FAULT_INTERNAL);
    ck_fault(db_query(stand.db, &echo, DB_NO_VALUES, &rows, &fault), "database_error",
             FAULT_INTERNAL);
    ck_fault(db_query(stand.db, &echo, DB_VALUES(db_text(SLICE("a\0b"))), &rows, &fault),
             "nul_in_text", FAULT_INVALID);
    ck_assert(stand_int(stand.db, &echo, DB_VALUES(db_int(4))) == 8);
}

/* Time */

static void timeout_body(void *data)
{
    struct db_rows rows auto_rows = {0};

    /* Otherwise the pool might give up first, half a second after PostgreSQL's timeout. */
    now_freeze(now_wall_us(), now_mono_ns());
    ck_unavailable(db_query(stand.db, &stand_locked, DB_NO_VALUES, &rows, &fault), "busy");
    /* PostgreSQL may be too slow once. */
    while (!db_query(stand.db, &echo, DB_VALUES(db_int(4)), &rows, &fault))
        ck_assert_str_eq(fault.code, "busy");
    ck_assert_int_eq(db_get_int(&rows, 0, 0), 8);
}

TEST(a_statement_that_takes_too_long_is_ended_by_the_server)
{
    struct db_options options;

    stand_options(&options);
    options.statement_ms = 200;
    stand_begin_with(&options);
    stand_lock();
    stand_run(timeout_body, NULL);
    now_thaw();
}

static void impatient_body(void *data)
{
    struct db_rows rows auto_rows = {0};

    ck_fault(db_query(stand.db, &stand_locked, DB_NO_VALUES, &rows, &fault), "deadline_exceeded",
             FAULT_TIMEOUT);
    (*(int *)data)++;
}

FIBER_TEST(slot_of_a_timed_out_fiber_is_drained)
{
    int ended = 0;

    stand_lock();
    for (int i = 0; i < 6; i++)
        stand_go_for(impatient_body, &ended, 50);
    stand_until(ended == 6, "%d of 6 gave up", ended);
    stand_unlock();
    ck_assert(stand_int(stand.db, &echo, DB_VALUES(db_int(4))) == 8);
}

/* Connecting */

FIBER_TEST(a_host_name_is_resolved_and_connected_to)
{
    static char url[512]; /* must live as long as the pool */

    snprintf(url, sizeof url, "postgresql://%s:%s@localhost:%s/%s", PQuser(stand_connection()),
             PQpass(stand_connection()), PQport(stand_connection()), PQdb(stand_connection()));
    db_pool_destroy(stand_replace_pool(url));
    ck_assert(stand_int(stand.db, &echo, DB_VALUES(db_int(4))) == 8);
}

static const struct {
    const char *why, *url;
} bad_urls[] = {
    {"not a URL",         "postgresql://[::1"            },
    {"two hosts",         "postgresql://a,b/x"           },
    {"not a port",        "host=a port=x"                },
    {"an unknown option", "postgresql://a/x?colour=green"},
};

TEST_ROWS_WHY(a_url_that_cannot_be_used_is_refused_without_quoting_it, bad_urls)
{
    stand.options.url = row->url;
    ck_assert(db_pool_create(stand.loop, stand.work, &stand.options, NULL, NULL, &fault) == NULL);
    ck_assert_str_eq(fault.code, "invalid_database_url");
}

/* Schema changes */

static const struct db_statement all_of_plan = {.name = "all_of_plan",
                                                .sql = "SELECT * FROM db_test.plan"};

FIBER_TEST(schema_change_prepares_statements_again)
{
    stand_sql("CREATE TABLE plan (a int)");
    stand_sql("INSERT INTO plan VALUES (1)");
    struct db_rows rows auto_rows = {0};

    for (int i = 0; i < 4; i++)
        ck_assert(stand_int(stand.db, &all_of_plan, DB_NO_VALUES) == 1);
    stand_sql("ALTER TABLE plan ADD COLUMN b int DEFAULT 5");
    for (int i = 0; i < 4; i++)
        ck_assert(stand_int(stand.db, &all_of_plan, DB_NO_VALUES) == 1);
    stand_sql("ALTER TABLE plan ADD COLUMN c int DEFAULT 6");
    ck_ok(db_query(stand.db, &all_of_plan, DB_NO_VALUES, &rows, &fault));
    ck_assert_int_eq(db_get_int(&rows, 0, 2), 6);
    /* No statement of an earlier generation remains. */
    ck_assert_int_le(stand_int(stand.db,
                               &(struct db_statement){.sql = "SELECT count(*) FROM "
                                                             "pg_prepared_statements"},
                               DB_NO_VALUES),
                     1);
}

/* 300 kB exceed the socket's buffer; 30 MB are read in many parts. */
FIBER_TEST(large_parameters_and_replies_pass)
{
    static const struct db_statement large = {.name = "large",
                                              .sql = "SELECT repeat($1, 100), length($1)"};
    static char text[300000];
    struct db_rows rows auto_rows = {0};

    memset(text, 'x', sizeof text - 1);
    ck_ok(db_query(stand.db, &large, DB_VALUES(db_str(text)), &rows, &fault));
    ck_assert_uint_eq(db_get_text(&rows, 0, 0).len, 100 * (sizeof text - 1));
    ck_assert_int_eq(db_get_int(&rows, 0, 1), sizeof text - 1);
}

static void waiting_body(void *data)
{
    struct db_rows rows auto_rows = {0};

    ck_unavailable(db_query(stand.db, &stand_locked, DB_NO_VALUES, &rows, &fault),
                   "database_unavailable");
    (*(int *)data)++;
}

FIBER_TEST(destroying_the_pool_fails_waiting_fibers)
{
    int ended = 0;

    stand_lock();
    for (int i = 0; i < 10; i++)
        stand_go(waiting_body, &ended);
    stand_until(stand_waiting() > 0, "PostgreSQL runs one of them");
    db_pool_destroy(stand.pool);
    stand.pool = NULL;
    stand_until(ended == 10, "%d of 10 failed", ended);
}
