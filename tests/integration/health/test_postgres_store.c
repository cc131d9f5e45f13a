// SPDX-License-Identifier: MIT
/* What PostgreSQL reports about transactions of other roles. */
#include "integration/stand.h"
#include "probes/postgres_store.h"

/* Opens a transaction of a role of its own, which stays open after this statement. */
static PGconn *held_by(const char *role, const char *sql)
{
    const char *const keywords[] = {"dbname", "user", "password", NULL};
    const char *const values[] = {stand_url(), role, "held", NULL};

    stand_sql("DROP ROLE IF EXISTS %s", role);
    stand_sql("CREATE ROLE %s LOGIN PASSWORD 'held'", role);
    PGconn *held = PQconnectdbParams(keywords, values, 1);
    ck_assert_msg(PQstatus(held) == CONNECTION_OK, "%s", PQerrorMessage(held));
    PQclear(PQexec(held, "BEGIN"));
    PQclear(PQexec(held, sql));
    ck_assert_int_eq(PQtransactionStatus(held), PQTRANS_INTRANS);
    return held;
}

static void dropped(PGconn *held, const char *role)
{
    PQfinish(held);
    wait_until(stand_number("SELECT count(*) FROM pg_stat_activity WHERE usename = '%s'", role) ==
                   0,
               "%s still exists", role);
    stand_sql("DROP ROLE %s", role);
}

static void holder_is(void *role)
{
    struct postgres_stats seen;
    struct fault fault;

    /* Waits for older transactions of other suites on this cluster. */
    stand_until(postgres_store_read_stats(stand_db(), &seen, &fault) &&
                    strcmp(seen.holder, role) == 0,
                "%s, not %s", seen.holder, (const char *)role);
    ck_assert_double_ge(seen.held_s, 0);
    ck_assert_double_ge(seen.longest_s, seen.held_s);
}

static void begin(void)
{
    static const struct embed_file none;
    static const struct db_migration_set own = {.schema = "health_store", .files = &none};
    static const struct service_definition definition = {.name = "health_store",
                                                         .needs = NEEDS_DATABASE,
                                                         .sets = &own,
                                                         .set_count = 1,
                                                         .search_path = "health_store"};

    stand_service_begin(&definition, "health_store");
}

TEST_CASE("postgres_store", .setup = begin, .teardown = stand_end);

TEST(oldest_writing_transaction_is_reported_by_role)
{
    static char writer[] = "health_writer";
    PGconn *reads = held_by("health_reader", "SELECT 1");
    PGconn *writes = held_by(writer, "SELECT pg_current_xact_id()");

    stand_run(holder_is, writer);
    dropped(writes, writer);
    dropped(reads, "health_reader");
}
