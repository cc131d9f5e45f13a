// SPDX-License-Identifier: MIT
#include <pthread.h>

#include "db/migrate.h"
#include "db/schema.h"

#include "stand.h"
#include "support/scratch.h"

#define FILE_OF(name, text)                                                                        \
    {                                                                                              \
        name, text, text + sizeof(text) - 1                                                        \
    }

static const char one[] = "-- min_compatible: 1\n"
                          "CREATE TABLE house (id int);\n"
                          "INSERT INTO house VALUES (1)";
static const char two[] =
    "-- SPDX\n-- min_compatible: 1\nALTER TABLE house ADD COLUMN roof text;\n";
static const char two_changed[] = "-- min_compatible: 1\nALTER TABLE house ADD COLUMN roof int;\n";
static const char three[] = "-- min_compatible: 2\nALTER TABLE house RENAME COLUMN roof TO top;\n";
static const char wrong[] = "-- min_compatible: 1\nCREATE TABLE x (i int); SELEC 1; SELECT 2";
static const char silent[] = "CREATE TABLE x (i int);";
static const char slow[] = "-- min_compatible: 1\n"
                           "CREATE TABLE once (id int PRIMARY KEY); "
                           "SELECT pg_sleep(0.3); INSERT INTO once VALUES (1);";

static const struct embed_file files[] = {
    FILE_OF("0001-house.sql", one),
    FILE_OF("0002-roof.sql", two),
    FILE_OF("0003-top.sql", three),
};
static const struct embed_file changed[] = {
    FILE_OF("0001-house.sql", one),
    FILE_OF("0002-roof.sql", two_changed),
};
static const struct embed_file wrong_files[] = {FILE_OF("0001-wrong.sql", wrong)};
static const struct embed_file silent_files[] = {FILE_OF("0001-silent.sql", silent)};
static const struct embed_file misnumbered[] = {FILE_OF("0002-roof.sql", two)};
static const struct embed_file slow_files[] = {FILE_OF("0001-slow.sql", slow)};

static char printed[4096];

static bool migrate(const struct embed_file *list, size_t count, bool dry_run, struct fault *why)
{
    const struct db_migration_set set = {
        .schema = "db_migrated", .files = list, .count = count, .main = true};
    FILE *out = fmemopen(printed, sizeof printed, "w");

    printed[0] = 0;
    ck_assert_ptr_nonnull(out);
    const bool ok = db_migrate(stand_url(), "house-api", &set, 1, dry_run, out, why);
    fclose(out);
    return ok;
}

static void begin(void)
{
    stand_begin();
    stand_sql("DROP SCHEMA IF EXISTS db_migrated CASCADE");
}

static void end(void)
{
    stand_sql("DROP SCHEMA IF EXISTS db_migrated CASCADE");
    stand_end();
}

static long long applied(void)
{
    return stand_number("SELECT count(*) FROM db_migrated.schema_migration");
}

TEST_CASE("migrate", .setup = begin, .teardown = end);

TEST(files_are_applied_in_order_and_once)
{
    ck_ok(migrate(files, 2, false, &fault));
    ck_assert_int_eq(applied(), 2);
    ck_sql(1, "SELECT count(roof) + count(*) FROM db_migrated.house");
    ck_has(printed, "0001-house.sql applied");
    ck_ok(migrate(files, 2, false, &fault));
    ck_lacks(printed, "applied");
    ck_rows(1, "db_migrated.house");
    ck_ok(migrate(files, 3, false, &fault));
    ck_assert_int_eq(applied(), 3);
    ck_sql(2, "SELECT max(min_compatible) FROM db_migrated.schema_migration");
}

TEST(a_dry_run_prints_the_plan_and_changes_nothing)
{
    ck_ok(migrate(files, 2, true, &fault));
    ck_has(printed, "0001-house.sql would be applied");
    ck_has(printed, "0002-roof.sql would be applied");
    ck_rows(0, "pg_namespace WHERE nspname = 'db_migrated'");
    ck_ok(migrate(files, 1, false, &fault));
    ck_ok(migrate(files, 2, true, &fault));
    ck_lacks(printed, "0001-house.sql would");
    ck_has(printed, "0002-roof.sql would be applied");
    ck_assert_int_eq(applied(), 1);
}

TEST(a_changed_file_is_refused)
{
    ck_ok(migrate(files, 2, false, &fault));
    ck_assert(!migrate(changed, 2, false, &fault));
    ck_assert_str_eq(fault.code, "migration_changed");
    ck_has(fault.detail, "0002-roof.sql");
    ck_fault(migrate(changed, 2, true, &fault), "migration_changed", FAULT_CONFLICT);
}

static const struct {
    const char *why;
    const struct embed_file *files;
    const char *code;
} bad[] = {
    {"its SQL is wrong",  wrong_files,  "migration_failed"     },
    {"no min_compatible", silent_files, "migration_incomplete" },
    {"the wrong number",  misnumbered,  "migration_misnumbered"},
};

TEST_ROWS_WHY(failed_file_changes_nothing, bad)
{
    ck_assert(!migrate(row->files, 1, false, &fault));
    ck_assert_str_eq(fault.code, row->code);
    ck_rows(0, "pg_class WHERE relname = 'x'");
    ck_assert_int_eq(applied(), 0);
    ck_lacks(fault.detail, "syntax");
}

static PGconn *instance_of_version(int version)
{
    char name[32];
    const char *keywords[] = {"dbname", "application_name", NULL};
    const char *values[] = {stand_url(), name, NULL};

    snprintf(name, sizeof name, "house-api/%d", version);
    PGconn *pg = PQconnectdbParams(keywords, values, 1);
    ck_assert(PQstatus(pg) == CONNECTION_OK);
    return pg;
}

TEST(step_incompatible_with_a_connected_instance_is_refused)
{
    ck_ok(migrate(files, 1, false, &fault));
    PGconn *old = instance_of_version(1);
    PGconn *newer = instance_of_version(2);
    ck_fault(migrate(files, 3, false, &fault), "older_copy_connected", FAULT_CONFLICT);
    /* Steps that the connected instance is compatible with were applied. */
    ck_assert_int_eq(applied(), 2);
    ck_ok(migrate(files, 3, true, &fault));
    ck_has(printed, "but not now");
    PQfinish(old);
    wait_until(stand_number("SELECT count(*) FROM pg_stat_activity "
                            "WHERE application_name = 'house-api/1'") == 0,
               "the older instance has disconnected");
    ck_ok(migrate(files, 3, false, &fault));
    ck_assert_int_eq(applied(), 3);
    PQfinish(newer);
}

static void *migrate_slowly(void *data)
{
    const struct db_migration_set set = {.schema = "db_migrated", .files = slow_files, .count = 1};
    FILE *out = fopen("/dev/null", "w");
    struct fault why;

    *(bool *)data = db_migrate(stand_url(), "house-api", &set, 1, false, out, &why);
    fclose(out);
    return NULL;
}

TEST(concurrent_migrators_apply_each_file_once)
{
    pthread_t threads[2];
    bool ok[2] = {false, false};

    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, migrate_slowly, &ok[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    ck_assert(ok[0] && ok[1]);
    ck_assert_int_eq(applied(), 1);
    ck_rows(1, "db_migrated.once");
}

TEST(step_waiting_for_a_lock_delays_no_other_and_is_retried)
{
    ck_ok(migrate(files, 1, false, &fault));
    stand_sql("SET lock_timeout = 0");
    PGconn *blocker = instance_of_version(9);
    PQclear(PQexec(blocker, "BEGIN; LOCK TABLE db_migrated.house IN ACCESS SHARE MODE"));
    PQclear(PQexec(blocker, "SET idle_in_transaction_session_timeout = '3s'"));
    ck_ok(migrate(files, 2, false, &fault));
    ck_assert_int_eq(applied(), 2);
    PQfinish(blocker);
}

TEST(sets_of_one_schema_are_numbered_independently)
{
    const struct db_migration_set sets[] = {
        {.schema = "db_migrated", .files = slow_files, .count = 1, .name = "change"},
        {.schema = "db_migrated", .files = files,      .count = 2, .main = true    },
    };
    FILE *out = fopen("/dev/null", "w");

    ck_ok(db_migrate(stand_url(), "house-api", sets, 2, false, out, &fault));
    ck_ok(db_migrate(stand_url(), "house-api", sets, 2, false, out, &fault));
    fclose(out);
    ck_assert_int_eq(applied(), 3);
}

/* The checks of a program at its start */

static struct db_schema schema_for(size_t count)
{
    const struct db_migration_set set = {.schema = "db_migrated", .files = files, .count = count};
    struct db_schema schema;

    ck_ok(db_schema_check(stand.db, &set, 1, &schema, &fault));
    return schema;
}

static enum db_schema_state state_for(size_t count)
{
    return schema_for(count).state;
}

FIBER_TEST(program_detects_an_incompatible_schema)
{
    ck_assert_int_eq(state_for(2), DB_SCHEMA_BEHIND);
    ck_assert_str_eq(schema_for(2).reason, "there is no db_migrated.schema_migration");
    ck_ok(migrate(files, 1, false, &fault));
    ck_assert_int_eq(state_for(2), DB_SCHEMA_BEHIND);
    ck_has(schema_for(2).reason, "is at version 1, 2 is needed");
    ck_ok(migrate(files, 2, false, &fault));
    ck_assert_int_eq(state_for(2), DB_SCHEMA_FITS);
    ck_assert_str_eq(schema_for(2).reason, "");
    ck_assert_int_eq(state_for(1), DB_SCHEMA_FITS);
    ck_ok(migrate(files, 3, false, &fault));
    ck_assert_int_eq(state_for(3), DB_SCHEMA_FITS);
    ck_assert_int_eq(state_for(2), DB_SCHEMA_FITS);
    ck_assert_int_eq(state_for(1), DB_SCHEMA_INCOMPATIBLE);
    ck_has(schema_for(1).reason, "serves version 2 and newer, this is 1");
}

TEST(unreachable_database_is_a_fault)
{
    const struct db_migration_set set = {.schema = "db_migrated", .files = files, .count = 1};
    FILE *out = fopen("/dev/null", "w");

    ck_assert(!db_migrate("postgresql://nobody:secret@127.0.0.1:1/none", "house-api", &set, 1,
                          false, out, &fault));
    ck_assert_str_eq(fault.code, "migration_failed");
    ck_lacks(fault.detail, "secret");
    fclose(out);
}
