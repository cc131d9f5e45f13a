// SPDX-License-Identifier: MIT
#include "stand.h"

#include "api/service_private.h"
#include "base/auto.h"
#include "base/log.h"

enum {
    GROWN_BYTES = 1 << 20,
    RUN_OUT_MAX_S = 4,
    PATIENT_MS = 20000,
};

struct api_caller stand_staff = {.actor = ACTOR_CLIENT, .test_key = true};
struct api_caller stand_other = {.actor = ACTOR_STAFF};

static struct {
    struct loop *loop;
    struct work *work;
    struct db_pool *pool;
    struct service_config config;
    struct service service;
    struct api_changes changes;
    struct service_data plain, *data;
} stand;

/* Tables that a test of this process created; they stay for later tests. */
static struct {
    char schema[STAND_TEXT];
    char *empty;  /* empties the tables that are empty after migrations */
    char *seeded; /* reads the other tables: SELECTs joined by UNION ALL */
    char *size;   /* reads the total size of the emptied tables */
    char *fingerprint;
} made;

/* --- tables ---------------------------------------------------------------------------------- */

#define TABLES                                                                                     \
    "pg_class c WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"             \
    " AND pg_relation_size(c.oid)"

/* Each change of a column, default, constraint, trigger or function writes rows of these catalogs,
 * and each change of a seeded table writes a row of that table. */
static char *fingerprint(void)
{
    return stand_long_text(
        "WITH here AS (SELECT oid FROM pg_class WHERE relnamespace ="
        "  current_schema()::regnamespace), rows_ (text) AS ("
        " SELECT concat(attrelid, ' ', attnum, ' ', xmin) FROM pg_attribute"
        "  WHERE attrelid IN (TABLE here)"
        " UNION ALL SELECT concat(oid, ' ', xmin) FROM pg_attrdef WHERE adrelid IN (TABLE here)"
        " UNION ALL SELECT concat(oid, ' ', xmin) FROM pg_constraint"
        "  WHERE conrelid IN (TABLE here)"
        " UNION ALL SELECT concat(oid, ' ', xmin) FROM pg_trigger WHERE tgrelid IN (TABLE here)"
        " UNION ALL SELECT concat(oid, ' ', xmin) FROM pg_proc"
        "  WHERE pronamespace = current_schema()::regnamespace"
        " %s) SELECT md5(string_agg(text, ',' ORDER BY text)) FROM rows_",
        made.seeded);
}

static void apply(const struct db_migration_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        auto_free char *text =
            strndup(embed_content(&set->files[i]).at, embed_content(&set->files[i]).len);

        stand_script(text, set->files[i].name);
    }
}

/* The sets of migrations in the service's own schema; those of other schemas are used only by whole
 * programs. */
static void make_tables(const struct service_definition *definition, const char *schema)
{
    size_t count;
    auto_free struct db_migration_set *sets = service_list_migration_sets(definition, &count);

    ck_assert_ptr_nonnull(sets);
    stand_sql("DROP SCHEMA IF EXISTS %s CASCADE", schema);
    stand_sql("CREATE SCHEMA %s", schema);
    /* An extension belongs to the database, so suites that run concurrently create it one after the
     * other. They keep their places in the queue for the lock, however long it is. */
    stand_sql("SET LOCAL lock_timeout = 0; SELECT pg_advisory_lock(7020)");
    for (size_t i = 0; i < count; i++)
        if (strcmp(sets[i].schema, definition->sets[0].schema) == 0)
            apply(&sets[i]);
    stand_sql("SELECT pg_advisory_unlock(7020)");
    /* In a whole program this is a table of schema api. */
    stand_sql("CREATE TABLE IF NOT EXISTS tenant (id uuid PRIMARY KEY, name text NOT NULL)");
    free(made.empty);
    free(made.seeded);
    free(made.size);
    free(made.fingerprint);
    snprintf(made.schema, sizeof made.schema, "%s", schema);
    /* Without triggers and foreign keys, so that all rows can be deleted. */
    made.empty = stand_long_text("SELECT 'BEGIN; SET LOCAL session_replication_role = replica; '"
                                 " || string_agg(format('DELETE FROM %%I;', relname), ' ')"
                                 " || 'COMMIT' FROM " TABLES " = 0");
    made.seeded = stand_long_text(
        "SELECT string_agg(format('UNION ALL SELECT concat(ctid, xmin) FROM %%I', relname),"
        " ' ') FROM " TABLES " > 0");
    made.size = stand_long_text("SELECT format('SELECT sum(pg_relation_size(t)) FROM"
                                " unnest(%%L::oid[]) t', array_agg(c.oid)) FROM " TABLES " = 0");
    made.fingerprint = fingerprint();
}

static bool tables_are_as_made(const char *schema)
{
    if (made.fingerprint == NULL || strcmp(made.schema, schema) != 0)
        return false;
    if (stand_number("%s", made.size) > GROWN_BYTES)
        return false; /* otherwise plans would not be those of small tables */
    auto_free char *now = fingerprint();
    return strcmp(now, made.fingerprint) == 0;
}

/* --- callers --------------------------------------------------------------------------------- */

void stand_caller(struct api_caller *caller, const char *text)
{
    static char texts[8][80];
    static int next;
    char *kept = texts[next++ % 8];

    snprintf(kept, sizeof texts[0], "%s", text);
    caller->tenant_id = stand_staff.tenant_id;
    caller->client_id = caller->key_id = stand_staff.client_id;
    caller->actor_text = slice_of(kept);
}

const char *stand_tenant(void)
{
    static char text[UUID_TEXT_LEN + 1];

    uuid_format(&stand_staff.tenant_id, text);
    return text;
}

/* --- the service ----------------------------------------------------------------------------- */

/* Races need concurrent connections, so all must be connected, also the flusher's. */
static bool is_connected(const char *schema)
{
    return db_pool_is_usable(stand.pool) &&
           stand_number("SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s'",
                        schema) > STAND_SHARED + STAND_EXCLUSIVE;
}

static void wait_connected(void *data)
{
    const char *schema = data;

    stand_until(is_connected(schema), "the pool connects");
}

static void destroy_pool(void *data)
{
    (void)data;
    db_pool_destroy(stand.pool);
    stand_sleep(5);
}

static void leave_pool(void)
{
    stand_run(destroy_pool, NULL);
    loop_finish_fibers(stand.loop, RUN_OUT_MAX_S * NS_PER_S);
    work_destroy(stand.work);
    loop_destroy(stand.loop);
    stand.pool = NULL;
}

static void make_pool(const char *schema)
{
    static char path[STAND_TEXT], application[STAND_TEXT];
    struct db_options options;
    struct fault fault = {.code = ""};

    snprintf(path, sizeof path, "%s, public", schema);
    snprintf(application, sizeof application, "%s", schema);
    db_options_defaults(&options);
    options.url = stand_url();
    options.application = application;
    options.search_path = path;
    options.shared = STAND_SHARED;
    options.exclusive = STAND_EXCLUSIVE;
    /* No test fails if the process is stopped for some seconds. */
    options.connect_ms = options.wait_ms = options.lock_ms = PATIENT_MS;
    options.statement_ms = options.exclusive_statement_ms = PATIENT_MS;
    options.idle_ms = PATIENT_MS;
    stand.loop = loop_create(&fault);
    ck_assert_msg(stand.loop != NULL, "%s: %s", fault.code, fault.detail);
    stand.work = work_create(stand.loop, 1, 16, &fault);
    ck_assert_msg(stand.work != NULL, "%s: %s", fault.code, fault.detail);
    stand.pool = db_pool_create(stand.loop, stand.work, &options, NULL, NULL, &fault);
    ck_assert_msg(stand.pool != NULL, "%s: %s", fault.code, fault.detail);
    stand_run(wait_connected, application);
}

/* Connecting takes longer than most tests, so a pool of an earlier test is reused if all its
 * connections work. */
static void tables_and_pool(const struct service_definition *definition, const char *schema)
{
    const bool as_made = tables_are_as_made(schema);

    if (stand.pool != NULL && !(as_made && is_connected(schema)))
        leave_pool();
    /* Backends of earlier tests may still be ending; those of a failed test may not end by
     * themselves. */
    if (stand.pool == NULL)
        wait_until(stand_number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                " WHERE application_name = '%s'",
                                schema) == 0,
                   "an earlier test's connections stay");
    if (as_made)
        stand_script(made.empty, "emptying");
    else
        make_tables(definition, schema);
    if (stand.pool == NULL)
        make_pool(schema);
}

void stand_service_begin(const struct service_definition *definition, const char *schema)
{
    memset(&stand.config, 0, sizeof stand.config);
    log_init(definition->name, LOG_ERROR);
    stand_connect(stand_url());
    stand_sql("SET search_path = %s, public", schema);
    tables_and_pool(definition, schema);
    char id[UUID_TEXT_LEN + 1];
    stand_staff.tenant_id = uuid_make();
    stand_staff.client_id = uuid_make();
    uuid_format(&stand_staff.client_id, id);
    stand_caller(&stand_staff, textf("client:%s", id));
    stand_caller(&stand_other, "staff:B");
    stand_other.tenant_id = uuid_make();
    stand_other.client_id = stand_other.key_id = uuid_make();
    stand.plain = (struct service_data){.service = &stand.service};
    stand.changes = (struct api_changes){stand.pool, definition->name, definition->again};
    stand.service = (struct service){
        .config = &stand.config,
        .loop = stand.loop,
        .work = stand.work,
        .pool = stand.pool,
        .db = db_shared(stand.pool),
        .changes = &stand.changes,
        .events = definition->events,
        .event_types = definition->event_types,
    };
    stand.data = &stand.plain;
}

void stand_handlers_get(struct service_data *data)
{
    data->service = &stand.service;
    stand.data = data;
}

struct service_data *stand_data(void)
{
    return stand.data;
}

struct loop *stand_loop(void)
{
    return stand.loop;
}

struct db *stand_db(void)
{
    return stand.service.db;
}

struct service *stand_service(void)
{
    return &stand.service;
}

struct api_changes *stand_changes(void)
{
    return stand.service.changes;
}

void stand_end(void)
{
    if (stand_running() > 0)
        return;
    loop_finish_fibers(stand.loop, RUN_OUT_MAX_S * NS_PER_S);
    stand_disconnect();
    log_flush();
}

void stand_wait_for_events(void)
{
    stand_until(stand_number("SELECT count(*) FROM outbox"
                             " WHERE tx >= pg_snapshot_xmin(pg_current_snapshot())") == 0,
                "transactions are still open: %s",
                stand_text("SELECT string_agg(concat_ws(' ', datname, application_name,"
                           " state, now() - xact_start, left(query, 100)), '; '"
                           " ORDER BY xact_start) FROM pg_stat_activity"
                           " WHERE backend_xid IS NOT NULL"));
}
