// SPDX-License-Identifier: MIT
#include "db/schema.h"

#include <stdarg.h>
#include <stdio.h>

#include "db/migration.h"
#include "db/query.h"

PRINTF_LIKE(3, 4)
static void schema_set(struct db_schema *schema, enum db_schema_state state, const char *format,
                       ...)
{
    va_list list;

    schema->state = state;
    va_start(list, format);
    vsnprintf(schema->reason, sizeof schema->reason, format, list);
    va_end(list);
}

/* True if a table exists. This statement and those below have no name, so they are not prepared:
 * they run a few times in a process, and the text of one is built at runtime. */
static bool check_migration_table_readable(struct db *db, const char *name,
                                           struct db_schema *schema, struct fault *fault)
{
    static const struct db_statement sql = {
        .sql =
            "SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'), "
            "current_user::text "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = $1 AND c.relname = 'schema_migration'"};
    struct db_rows rows auto_rows = {0};

    if (!db_query(db, &sql, DB_VALUES(db_str(name)), &rows, fault))
        return false;
    if (rows.count == 0)
        schema_set(schema, DB_SCHEMA_BEHIND, "there is no %s.schema_migration", name);
    else if (!db_get_bool(&rows, 0, 0))
        schema_set(schema, DB_SCHEMA_BEHIND, "role %.*s may not read %s.schema_migration",
                   SLICE_ARG(db_get_text(&rows, 0, 1)), name);
    return true;
}

static bool check_set(struct db *db, const struct db_migration_set *set, struct db_schema *schema,
                      struct fault *fault)
{
    char text[256];
    const struct db_statement sql = {.sql = text};
    struct db_rows rows auto_rows = {0};

    if (!check_migration_table_readable(db, set->schema, schema, fault))
        return false;
    if (schema->state != DB_SCHEMA_FITS)
        return true;
    snprintf(text, sizeof text,
             "SELECT coalesce(max(number), 0), coalesce(max(min_compatible), 0) "
             "FROM \"%s\".schema_migration WHERE set_name = $1",
             set->schema);
    if (!db_query(db, &sql, DB_VALUES(db_str(db_migration_set_name(set))), &rows, fault))
        return false;
    const int ours = db_migration_version(set);
    const int there = (int)db_get_int(&rows, 0, 0), oldest = (int)db_get_int(&rows, 0, 1);
    if (oldest > ours)
        schema_set(schema, DB_SCHEMA_INCOMPATIBLE,
                   "schema %s serves version %d and newer, this is %d", set->schema, oldest, ours);
    else if (there < ours)
        schema_set(schema, DB_SCHEMA_BEHIND, "schema %s %s is at version %d, %d is needed",
                   set->schema, db_migration_set_name(set), there, ours);
    return true;
}

bool db_schema_check(struct db *db, const struct db_migration_set *sets, size_t count,
                     struct db_schema *schema, struct fault *fault)
{
    struct db_schema worst = {.state = DB_SCHEMA_FITS};

    for (size_t i = 0; i < count; i++) {
        struct db_schema one = {.state = DB_SCHEMA_FITS};

        if (!check_set(db, &sets[i], &one, fault))
            return false;
        if (one.state > worst.state)
            worst = one;
    }
    *schema = worst;
    return true;
}
