// SPDX-License-Identifier: MIT
#include "stand.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"

#include "support/metric_of.h"

struct stand stand;

const char *stand_url(void)
{
    const char *url = getenv("TEST_DATABASE_URL");

    ck_assert_msg(url != NULL,
                  "TEST_DATABASE_URL is not set (tests/support/with-services sets it)");
    return url;
}

static void on_state(void *data, bool usable)
{
    (void)data;
    stand.usable_calls++;
    stand.usable = usable;
}

static void ignore_notice(void *data, const char *message)
{
    (void)data;
    (void)message;
}

/* Waits until the backends of an earlier test have ended; a failed test may have left some. */
static void wait_alone(void)
{
    wait_until(stand_number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                            "WHERE application_name = 'db-test/1'") == 0,
               "an earlier test's connections stay");
}

/* Waits for all connections, including the flusher's. */
static void wait_connected(void *data)
{
    const size_t all = stand.options.shared + stand.options.exclusive + 1;

    (void)data;
    stand_until(db_pool_usable(stand.pool) && metric_of("db_connections{pool=\"flusher\"}") == 1 &&
                    stand_number("SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                                 " 'db-test/1'") >= (long long)all,
                "the pool connects");
}

void stand_options(struct db_options *options)
{
    db_options_defaults(options);
    options->wait_ms = options->down_wait_ms = options->connect_ms = patience_ms(0);
    options->statement_ms = options->exclusive_statement_ms = patience_ms(0);
    options->lock_ms = options->idle_ms = patience_ms(0);
}

void stand_begin(const struct db_options *options)
{
    struct fault fault = {0};

    stand = (struct stand){0};
    log_init("db-test", LOG_ERROR);
    stand.outside = PQconnectdb(stand_url());
    PQsetNoticeProcessor(stand.outside, ignore_notice, NULL);
    ck_assert_msg(PQstatus(stand.outside) == CONNECTION_OK, "%s", PQerrorMessage(stand.outside));
    wait_alone();
    stand_sql("DROP SCHEMA IF EXISTS db_test CASCADE");
    stand_sql("CREATE SCHEMA db_test");
    stand_sql("SET search_path = db_test");
    stand_options(&stand.options);
    if (options != NULL)
        stand.options = *options;
    stand.options.url = stand_url();
    stand.options.application = "db-test/1";
    stand.options.search_path = "db_test, public";
    stand.loop = loop_create(&fault);
    ck_ok(stand.loop != NULL, fault);
    fiber_set_limit(stand.loop, 4096);
    stand.work = work_create(stand.loop, 1, 16, &fault);
    ck_ok(stand.work != NULL, fault);
    stand.pool = db_pool_create(stand.loop, stand.work, &stand.options, on_state, NULL, &fault);
    ck_ok(stand.pool != NULL, fault);
    stand.db = db_shared(stand.pool);
    stand_run(wait_connected, NULL);
}

static void destroy_pool(void *data)
{
    (void)data;
    db_pool_destroy(stand.pool);
    stand_sleep(5);
}

void stand_end(void)
{
    /* If a check failed inside a fiber and tests are not forked, the loop is still running. */
    if (stand.running > 0)
        return;
    stand_run(destroy_pool, NULL);
    loop_run_out(stand.loop, patience_ms(0) * NS_PER_MS);
    work_destroy(stand.work);
    loop_destroy(stand.loop);
    PQfinish(stand.outside);
}

struct job {
    void (*body)(void *data);
    void *data;
};

static void job_run(void *data)
{
    struct job job = *(struct job *)data;

    free(data);
    job.body(job.data);
    if (--stand.running == 0)
        loop_stop(stand.loop);
}

void stand_go_for(void (*body)(void *data), void *data, int64_t ms)
{
    struct job *job = malloc(sizeof(*job));
    struct fault fault = {0};

    ck_assert_ptr_nonnull(job);
    *job = (struct job){body, data};
    stand.running++;
    ck_ok(fiber_start(stand.loop, job_run, job, now_mono_ns() + ms * NS_PER_MS, "test", &fault),
          fault);
}

/* Longer than any wait_until(). */
void stand_go(void (*body)(void *data), void *data)
{
    stand_go_for(body, data, 10 * patience_ms(0));
}

static void start(void *data)
{
    struct job *job = data;

    stand_go(job->body, job->data);
}

/* The first fiber is started by the running loop, so that it cannot end before the loop runs. */
void stand_run(void (*body)(void *data), void *data)
{
    struct job job = {body, data};
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(stand.loop, &timer, now_mono_ns(), start, &job));
    loop_run(stand.loop);
}

void stand_sleep(int ms)
{
    struct fault fault = {0};

    ck_ok(fiber_sleep((int64_t)ms * 1000000, &fault), fault);
}

void stand_turn(void)
{
    /* A sleep of zero ends a nanosecond after the poll of the descriptors. */
    now_freeze(now_wall_us(), now_mono_ns() + 1);
    stand_sleep(0);
}

PRINTF_LIKE(1, 0)
static PGresult *outside(const char *format, va_list list)
{
    char sql[2048];

    vsnprintf(sql, sizeof(sql), format, list);
    PGresult *result = PQexec(stand.outside, sql);
    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK ||
                      PQresultStatus(result) == PGRES_COMMAND_OK,
                  "%s: %s", sql, PQerrorMessage(stand.outside));
    return result;
}

void stand_sql(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    PQclear(outside(format, list));
    va_end(list);
}

long long stand_number(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    PGresult *result = outside(format, list);
    va_end(list);
    const long long number = PQntuples(result) > 0 ? atoll(PQgetvalue(result, 0, 0)) : -1;
    PQclear(result);
    return number;
}

/* A lock held by the outside connection, and reads that wait for it */

enum { LOCK = 7319 };

const struct db_statement stand_locked = {.name = "locked",
                                          .sql = "SELECT 7, pg_advisory_xact_lock_shared(7319)"};

void stand_lock(void)
{
    stand_sql("SELECT pg_advisory_lock(%d)", LOCK);
}

void stand_unlock(void)
{
    stand_sql("SELECT pg_advisory_unlock(%d)", LOCK);
}

long long stand_waiting(void)
{
    return stand_number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND"
                        " objid = %d AND NOT granted",
                        LOCK);
}

void stand_assert_clean(void)
{
    static const char busy[] = "SELECT count(*) FROM pg_stat_activity"
                               " WHERE application_name = 'db-test/1' AND state <> 'idle'";

    /* PostgreSQL may still be reading what the pool has sent. */
    wait_until(stand_number(busy) == 0, "all connections are idle");
}

int64_t stand_int(struct db *db, const struct db_statement *statement,
                  const struct db_value *values, size_t count)
{
    struct db_rows rows auto_rows = {0};
    struct fault fault = {0};

    ck_ok(db_query(db, statement, values, count, &rows, &fault), fault);
    ck_assert_int_ge(rows.count, 1);
    return db_get_int(&rows, 0, 0);
}
