// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>

#include "base/parse.h"
#include "db/migration_private.h"
#include "db/query.h"

enum { HEAD_LINES = 10, NUMBER_MAX = 9999 };

const char *db_migration_set_name(const struct db_migration_set *set)
{
    return set->name != NULL ? set->name : "";
}

int db_migration_version(const struct db_migration_set *set)
{
    return (int)set->count;
}

static bool number_of(const char *name, int *number)
{
    const char *dash = strchr(name, '-');
    int64_t value;

    if (dash == NULL ||
        !parse_i64((struct slice){name, (size_t)(dash - name)}, 1, NUMBER_MAX, &value))
        return false;
    *number = (int)value;
    return true;
}

static struct slice cut_line(struct slice *rest)
{
    const char *end = rest->len > 0 ? memchr(rest->at, '\n', rest->len) : NULL;
    const struct slice line = {rest->at, end != NULL ? (size_t)(end - rest->at) : rest->len};
    const size_t used = line.len + (end != NULL);

    *rest = (struct slice){rest->at + used, rest->len - used};
    return line;
}

static bool min_compatible_of(struct slice content, int *version)
{
    static const char key[] = "-- min_compatible: ";
    const size_t len = sizeof(key) - 1;
    int64_t value;

    for (int i = 0; i < HEAD_LINES && content.len > 0; i++) {
        const struct slice line = cut_line(&content);

        if (line.len <= len || memcmp(line.at, key, len) != 0)
            continue;
        if (!parse_i64((struct slice){line.at + len, line.len - len}, 1, NUMBER_MAX, &value))
            return false;
        *version = (int)value;
        return true;
    }
    return false;
}

bool db_migration_read(const struct db_migration_set *set, size_t index, struct db_migration *out,
                       struct fault *fault)
{
    const struct embed_file *file = &set->files[index];
    uint8_t sum[DIGEST_SHA256_LEN];
    struct db_migration read = {.name = file->name, .content = embed_content(file)};

    if (!number_of(file->name, &read.number) || read.number != (int)index + 1)
        return fault_set(fault, FAULT_INTERNAL, "migration_misnumbered",
                         "%s: %s should have number %zu.", set->schema, file->name, index + 1);
    if (!min_compatible_of(read.content, &read.min_compatible))
        return fault_set(fault, FAULT_INTERNAL, "migration_incomplete",
                         "%s: %s lacks the line \"-- min_compatible: N\".", set->schema,
                         file->name);
    digest_sha256(read.content, sum);
    digest_hex(sum, sizeof(sum), read.checksum);
    *out = read;
    return true;
}

/* The running binary's view */

PRINTF_LIKE(3, 4)
static void judge(struct db_schema *schema, enum db_schema_state state, const char *format, ...)
{
    va_list list;

    schema->state = state;
    va_start(list, format);
    vsnprintf(schema->reason, sizeof(schema->reason), format, list);
    va_end(list);
}

/* Not prepared: their text is made here, and they run a few times in a process' life. */
static bool table_visible(struct db *db, const char *name, struct db_schema *schema,
                          struct fault *fault)
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
        judge(schema, DB_SCHEMA_BEHIND, "there is no %s.schema_migration", name);
    else if (!db_get_bool(&rows, 0, 0))
        judge(schema, DB_SCHEMA_BEHIND, "role %.*s may not read %s.schema_migration",
              SLICE_ARG(db_get_text(&rows, 0, 1)), name);
    return true;
}

static bool check_set(struct db *db, const struct db_migration_set *set, struct db_schema *schema,
                      struct fault *fault)
{
    char text[256];
    const struct db_statement sql = {.sql = text};
    struct db_rows rows auto_rows = {0};

    if (!table_visible(db, set->schema, schema, fault))
        return false;
    if (schema->state != DB_SCHEMA_FITS)
        return true;
    snprintf(text, sizeof(text),
             "SELECT coalesce(max(number), 0), coalesce(max(min_compatible), 0) "
             "FROM \"%s\".schema_migration WHERE set_name = $1",
             set->schema);
    if (!db_query(db, &sql, DB_VALUES(db_str(db_migration_set_name(set))), &rows, fault))
        return false;
    const int ours = db_migration_version(set);
    const int there = (int)db_get_int(&rows, 0, 0), oldest = (int)db_get_int(&rows, 0, 1);
    if (oldest > ours)
        judge(schema, DB_SCHEMA_INCOMPATIBLE, "schema %s serves version %d and newer, this is %d",
              set->schema, oldest, ours);
    else if (there < ours)
        judge(schema, DB_SCHEMA_BEHIND, "schema %s %s is at version %d, %d is needed", set->schema,
              db_migration_set_name(set), there, ours);
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
