// SPDX-License-Identifier: MIT
#include "stand.h"

#include "base/log.h"

#include "support/metric_of.h"
#include "support/scratch.h"

struct stand stand;

static void on_state(void *data, bool usable)
{
    stand.usable_calls++;
    stand.usable = usable;
}

/* Waits for all connections, including the flusher's. */
static void wait_connected(void *data)
{
    const size_t all = stand.options.shared + stand.options.exclusive + 1;

    stand_until(db_pool_is_usable(stand.pool) &&
                    metric_of("db_connections{pool=\"flusher\"}") == 1 &&
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

static void create_pool(void)
{
    ck_ok((stand.pool = db_pool_create(stand.loop, stand.work, &stand.options, on_state, NULL,
                                       &fault)) != NULL);
    stand.db = db_shared(stand.pool);
}

struct db_pool *stand_replace_pool(const char *url)
{
    struct db_pool *previous = stand.pool;

    stand.options.url = url;
    create_pool();
    return previous;
}

void stand_begin_with(const struct db_options *options)
{
    if (stand.loop != NULL)
        stand_end();
    stand = (struct stand){0};
    log_init("db-test", LOG_ERROR);
    stand_connect(stand_url());
    /* Waits until the backends of an earlier test have ended; a failed test may have left some. */
    wait_until(stand_number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                            "WHERE application_name = 'db-test/1'") == 0,
               "an earlier test's connections stay");
    stand_sql("DROP SCHEMA IF EXISTS db_test CASCADE");
    stand_sql("CREATE SCHEMA db_test");
    stand_sql("SET search_path = db_test");
    stand.options = *options;
    stand.options.url = stand_url();
    stand.options.application = "db-test/1";
    stand.options.search_path = "db_test, public";
    ck_ok((stand.loop = loop_create(&fault)) != NULL);
    fiber_set_limit(stand.loop, 4096);
    ck_ok((stand.work = work_create(stand.loop, 1, 16, &fault)) != NULL);
    create_pool();
    stand_run(wait_connected, NULL);
}

void stand_begin(void)
{
    struct db_options options;

    stand_options(&options);
    stand_begin_with(&options);
}

static void destroy_pool(void *data)
{
    db_pool_destroy(stand.pool);
    stand_sleep(5);
}

void stand_end(void)
{
    if (stand_running() > 0)
        return;
    stand_run(destroy_pool, NULL);
    loop_finish_fibers(stand.loop, patience_ms(0) * NS_PER_MS);
    work_destroy(stand.work);
    loop_destroy(stand.loop);
    stand.loop = NULL;
    stand_disconnect();
}

struct loop *stand_loop(void)
{
    return stand.loop;
}

void stand_turn(void)
{
    /* A sleep of zero ends a nanosecond after the poll of the descriptors. */
    now_freeze(now_wall_us(), now_mono_ns() + 1);
    stand_sleep(0);
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

    ck_ok(db_query(db, statement, values, count, &rows, &fault));
    ck_assert_int_ge(rows.count, 1);
    return db_get_int(&rows, 0, 0);
}
