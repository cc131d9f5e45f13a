// SPDX-License-Identifier: MIT
#include "db/migrate.h"

#include <stdlib.h>
#include <time.h>

#include <libpq-fe.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/parse.h"
#include "db/migration.h"

enum {
    LOCK_TRIES = 600, /* one every 100 ms: a migrator waits a minute for another migrator */
    STEP_TRIES = 60,  /* about a minute, in which a backup or a report may end */
    PAUSE_MS = 100,
    STEP_PAUSE_MS = 500, /* statements that queued behind the lock request run in this pause */
    SQL_MAX = 2048,
    HEAD_LINES = 10, /* lines of a file in which min_compatible is sought */
    NUMBER_MAX = 9999
};

/* Number of the advisory lock, one for all migrators, because their sets may share a schema. */
#define LOCK_KEY "8386103215202594676"

struct migrator {
    PGconn *pg;
    const char *service;
    bool dry_run;
    FILE *out;
};

struct db_migration {
    int number;
    int min_compatible;
    const char *name;
    struct slice content;
    char checksum[2 * DIGEST_SHA256_LEN + 1];
};

static bool parse_file_number(const char *name, int *number)
{
    struct slice rest = slice_of(name);
    int64_t value;

    if (!parse_i64(slice_cut(&rest, '-'), 1, NUMBER_MAX, &value) || rest.at == NULL)
        return false;
    *number = (int)value;
    return true;
}

static bool parse_min_compatible(struct slice content, int *version)
{
    const struct slice key = SLICE("-- min_compatible: ");
    int64_t value;

    for (int i = 0; i < HEAD_LINES && content.len > 0; i++) {
        const struct slice line = slice_cut(&content, '\n');

        if (!slice_starts(line, key))
            continue;
        if (!parse_i64(slice_from(line, key.len), 1, NUMBER_MAX, &value))
            return false;
        *version = (int)value;
        return true;
    }
    return false;
}

/* Reads file `index` of a set; its number must be index + 1. */
static bool read_migration(const struct db_migration_set *set, size_t index,
                           struct db_migration *out, struct fault *fault)
{
    const struct embed_file *file = &set->files[index];
    uint8_t sum[DIGEST_SHA256_LEN];
    struct db_migration read = {.name = file->name, .content = embed_content(file)};

    if (!parse_file_number(file->name, &read.number) || read.number != (int)index + 1)
        return fault_set(fault, FAULT_INTERNAL, "migration_misnumbered",
                         "%s: %s should have number %zu.", set->schema, file->name, index + 1);
    if (!parse_min_compatible(read.content, &read.min_compatible))
        return fault_set(fault, FAULT_INTERNAL, "migration_incomplete",
                         "%s: %s lacks the line \"-- min_compatible: N\".", set->schema,
                         file->name);
    digest_sha256(read.content, sum);
    digest_hex(sum, sizeof sum, read.checksum);
    *out = read;
    return true;
}

static void clear_result(PGresult **result)
{
    PQclear(*result);
}
#define auto_result AUTO(clear_result)

static void sleep_ms(int ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000L};

    nanosleep(&time, NULL);
}

static bool print_and_set_failure(const struct migrator *migrator, const char *action,
                                  struct fault *fault)
{
    /* PostgreSQL's message is printed to the terminal, because a fault must not contain a library's
     * text. */
    fprintf(migrator->out, "%s: %s", action, PQerrorMessage(migrator->pg));
    return fault_set(fault, FAULT_UNAVAILABLE, "migration_failed", "%s failed.", action);
}

/* Runs a statement. Returns new; NULL with a fault. */
static PGresult *sql_run(const struct migrator *migrator, const char *action, const char *sql,
                         const char *const *values, int count, struct fault *fault)
{
    PGresult *result = count > 0
                           ? PQexecParams(migrator->pg, sql, count, NULL, values, NULL, NULL, 0)
                           : PQexec(migrator->pg, sql);
    const ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return result;
    (void)!print_and_set_failure(migrator, action, fault);
    PQclear(result);
    return NULL;
}

static bool sql_execute(const struct migrator *migrator, const char *action, const char *sql,
                        struct fault *fault)
{
    PGresult *result auto_result = sql_run(migrator, action, sql, NULL, 0, fault);

    return result != NULL;
}

/* Reads the first column of the first row as a number; `if_no_row` if there are no rows. */
static bool sql_query_number(const struct migrator *migrator, const char *sql,
                             const char *const *values, int count, int if_no_row, int *out,
                             struct fault *fault)
{
    PGresult *result auto_result =
        sql_run(migrator, "a look at the database", sql, values, count, fault);

    if (result == NULL)
        return false;
    *out = PQntuples(result) > 0 ? atoi(PQgetvalue(result, 0, 0)) : if_no_row;
    return true;
}

/* --- starting --- */

static void ignore_notice(void *data, const char *message)
{
    (void)data;
    (void)message;
}

static bool connect_to(struct migrator *migrator, const char *url, struct fault *fault)
{
    char application[64];

    snprintf(application, sizeof application, "%s migrate", migrator->service);
    const char *keywords[] = {"dbname", "application_name", "connect_timeout", "client_encoding",
                              NULL};
    const char *values[] = {url, application, "5", "UTF8", NULL};
    migrator->pg = PQconnectdbParams(keywords, values, 1);
    PQsetNoticeProcessor(migrator->pg, ignore_notice, NULL);
    if (PQstatus(migrator->pg) != CONNECTION_OK)
        return print_and_set_failure(migrator, "connecting to the database", fault);
    /* While a request for a lock waits, every other statement on the table queues behind it. So
     * lock_timeout is less than the services' statement_timeout of one second. */
    return sql_execute(migrator, "preparing the session",
                       "SET statement_timeout = '15min'; SET lock_timeout = '500ms'; "
                       "SET idle_in_transaction_session_timeout = 0",
                       fault);
}

static bool acquire_migration_lock(const struct migrator *migrator, struct fault *fault)
{
    int got = 0;

    for (int i = 0; i < LOCK_TRIES; i++) {
        if (!sql_query_number(migrator, "SELECT pg_try_advisory_lock(" LOCK_KEY ")::int", NULL, 0,
                              0, &got, fault))
            return false;
        if (got != 0)
            return true;
        sleep_ms(PAUSE_MS);
    }
    return fault_set(fault, FAULT_UNAVAILABLE, "migration_locked",
                     "Another migration has been running for a minute.");
}

/* Counts the schemas with this name: 0 or 1. */
#define COUNT_SCHEMAS "SELECT count(*) FROM pg_namespace WHERE nspname = $1"
/* Counts the schemas with this name that have the table of migrations. */
#define COUNT_TABLES                                                                               \
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "               \
    "WHERE n.nspname = $1 AND c.relname = 'schema_migration'"

/* Creates the schema and its table of migrations. Checks first, because CREATE SCHEMA IF NOT EXISTS
 * needs the right to create even if the schema exists. */
static bool create_schema_and_migration_table(const struct migrator *migrator, const char *schema,
                                              struct fault *fault)
{
    char sql[SQL_MAX];
    int there;

    if (!sql_query_number(migrator, COUNT_SCHEMAS, &schema, 1, 0, &there, fault))
        return false;
    snprintf(sql, sizeof sql, "CREATE SCHEMA \"%s\"", schema);
    if (there == 0 && !sql_execute(migrator, "creating the schema", sql, fault))
        return false;
    snprintf(sql, sizeof sql,
             "CREATE TABLE IF NOT EXISTS \"%s\".schema_migration ("
             "set_name text NOT NULL DEFAULT '', number integer NOT NULL, name text NOT NULL, "
             "checksum text NOT NULL, min_compatible integer NOT NULL, "
             "applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (set_name, number)); "
             "GRANT SELECT ON \"%s\".schema_migration TO PUBLIC",
             schema, schema);
    return sql_execute(migrator, "creating the table of migrations", sql, fault);
}

/* --- the migrations --- */

/* Reads the checksum of an applied migration. `out` is "" if the migration was not applied. */
static bool read_applied_checksum(const struct migrator *migrator,
                                  const struct db_migration_set *set, int number,
                                  char out[2 * DIGEST_SHA256_LEN + 1], struct fault *fault)
{
    char sql[SQL_MAX];
    char text[16];
    const char *values[] = {db_migration_set_name(set), text};

    snprintf(text, sizeof text, "%d", number);
    snprintf(sql, sizeof sql,
             "SELECT checksum FROM \"%s\".schema_migration WHERE set_name = $1 AND number = $2",
             set->schema);
    PGresult *result auto_result =
        sql_run(migrator, "reading the table of migrations", sql, values, 2, fault);
    if (result == NULL)
        return false;
    snprintf(out, 2 * DIGEST_SHA256_LEN + 1, "%s",
             PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    return true;
}

/* Reads the lowest version among the service's connected instances; 9999 if there is none. */
static bool read_oldest_connected_version(const struct migrator *migrator, int *version,
                                          struct fault *fault)
{
    return sql_query_number(migrator,
                            "SELECT coalesce(min(split_part(application_name, '/', 2)::int), 9999) "
                            "FROM pg_stat_activity WHERE datname = current_database() "
                            "AND application_name ~ '/[0-9]{1,4}$' "
                            "AND split_part(application_name, '/', 1) = $1",
                            &migrator->service, 1, 9999, version, fault);
}

static bool may_apply(const struct migrator *migrator, const struct db_migration_set *set,
                      const struct db_migration *step, struct fault *fault)
{
    int oldest;

    if (!set->main)
        return true;
    if (!read_oldest_connected_version(migrator, &oldest, fault))
        return false;
    if (oldest >= step->min_compatible)
        return true;
    return fault_set(fault, FAULT_CONFLICT, "older_copy_connected",
                     "%s needs version %d or newer; %s/%d is connected.", step->name,
                     step->min_compatible, migrator->service, oldest);
}

/* Writes the file and the row that records it as one simple query, which is one transaction. All
 * names, also the schema's, are quoted without escapes, because they come from this program's own
 * code. */
static void append_migration_sql(const struct db_migration_set *set,
                                 const struct db_migration *step, struct buf *out)
{
    buf_printf(out, "BEGIN; SET LOCAL search_path = \"%s\", public; ", set->schema);
    buf_slice(out, step->content);
    buf_printf(out,
               "\n; INSERT INTO \"%s\".schema_migration "
               "(set_name, number, name, checksum, min_compatible) "
               "VALUES ('%s', %d, '%s', '%s', %d); COMMIT",
               set->schema, db_migration_set_name(set), step->number, step->name, step->checksum,
               step->min_compatible);
    buf_char(out, 0);
}

/* Runs a migration. `lock_timed_out` becomes true if lock_timeout ended its wait for a lock. */
static bool try_migration(const struct migrator *migrator, const char *sql, const char *name,
                          bool *lock_timed_out, struct fault *fault)
{
    PGresult *result auto_result = PQexec(migrator->pg, sql);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    *lock_timed_out = false;
    if (PQresultStatus(result) == PGRES_COMMAND_OK &&
        PQtransactionStatus(migrator->pg) == PQTRANS_IDLE)
        return true;
    *lock_timed_out = state != NULL && strcmp(state, "55P03") == 0;
    (void)!print_and_set_failure(migrator, name, fault);
    PQclear(PQexec(migrator->pg, "ROLLBACK"));
    return false;
}

static bool apply_migration(const struct migrator *migrator, const struct db_migration_set *set,
                            const struct db_migration *step, struct fault *fault)
{
    AUTO(buf_finish) struct buf sql = BUF(step->content.len + SQL_MAX);
    bool again = true;

    append_migration_sql(set, step, &sql);
    if (!buf_ok(&sql, fault))
        return false;
    for (int i = 0; again && i < STEP_TRIES; i++) {
        if (try_migration(migrator, sql.data, step->name, &again, fault)) {
            fprintf(migrator->out, "%s: %s applied\n", set->schema, step->name);
            return true;
        }
        sleep_ms(STEP_PAUSE_MS);
    }
    return false;
}

static bool print_pending_migration(const struct migrator *migrator,
                                    const struct db_migration_set *set,
                                    const struct db_migration *step, struct fault *fault)
{
    struct fault why;

    (void)fault;
    fprintf(migrator->out, "%s: %s would be applied\n", set->schema, step->name);
    if (!may_apply(migrator, set, step, &why))
        fprintf(migrator->out, "%s: but not now: %s\n", set->schema, why.detail);
    return true;
}

/* Checks or applies migration `index`. `has_table`: the table of migrations exists. */
static bool check_or_apply_migration(const struct migrator *migrator,
                                     const struct db_migration_set *set, size_t index,
                                     bool has_table, struct fault *fault)
{
    struct db_migration step;
    char applied[2 * DIGEST_SHA256_LEN + 1] = "";

    if (!read_migration(set, index, &step, fault))
        return false;
    if (has_table && !read_applied_checksum(migrator, set, step.number, applied, fault))
        return false;
    if (applied[0] != 0 && strcmp(applied, step.checksum) != 0)
        return fault_set(fault, FAULT_CONFLICT, "migration_changed",
                         "%s: %s differs from what was applied; changes go into a new file.",
                         set->schema, step.name);
    if (applied[0] != 0)
        return true;
    if (migrator->dry_run)
        return print_pending_migration(migrator, set, &step, fault);
    return may_apply(migrator, set, &step, fault) && apply_migration(migrator, set, &step, fault);
}

static bool migrate_set(const struct migrator *migrator, const struct db_migration_set *set,
                        struct fault *fault)
{
    int there = 1;

    if (!migrator->dry_run && !create_schema_and_migration_table(migrator, set->schema, fault))
        return false;
    if (migrator->dry_run &&
        !sql_query_number(migrator, COUNT_TABLES, &set->schema, 1, 0, &there, fault))
        return false;
    for (size_t i = 0; i < set->count; i++)
        if (!check_or_apply_migration(migrator, set, i, there > 0, fault))
            return false;
    return true;
}

static bool migrate_sets(const struct migrator *migrator, const struct db_migration_set *sets,
                         size_t count, struct fault *fault)
{
    if (!migrator->dry_run && !acquire_migration_lock(migrator, fault))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!migrate_set(migrator, &sets[i], fault))
            return false;
    fprintf(migrator->out,
            migrator->dry_run ? "nothing was changed\n" : "the schema is up to date\n");
    return true;
}

bool db_migrate(const char *url, const char *service, const struct db_migration_set *sets,
                size_t count, bool dry_run, FILE *out, struct fault *fault)
{
    struct migrator migrator = {.service = service, .dry_run = dry_run, .out = out};
    const bool ok =
        connect_to(&migrator, url, fault) && migrate_sets(&migrator, sets, count, fault);

    /* Closing the session releases the advisory lock. */
    PQfinish(migrator.pg);
    return ok;
}
