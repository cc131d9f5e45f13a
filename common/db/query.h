// SPDX-License-Identifier: MIT
/* Statements: values in, rows out, SQLSTATE to fault. */
#pragma once

#include "db/db.h"

/* The fault that the violation of a constraint is to the client. */
struct db_constraint {
    const char *name; /* of the constraint or unique index; for NOT NULL, of the column */
    enum fault_kind kind;
    const char *code;
    const char *field; /* or NULL */
    const char *detail;
};

/* A piece of SQL with a name. */
struct db_part {
    const char *name; /* lower-case letters, digits and _; begins with a letter */
    const char *sql;
};
enum { DB_PART_LISTS = 5, DB_PART_DEPTH = 8, DB_PARAMS_MAX = 128 /* values of a statement */ };

struct db_shape;

/* One SQL statement, static. It is prepared on each connection at its first use there.
 *
 * Before it is sent to be prepared, each {name} in `sql` is replaced:
 *   {tenant}    a parameter that `parameters` declares: $n
 *   {filters}   a part of `parts`: its SQL, in which names are replaced too, DB_PART_DEPTH deep
 *   {columns}   the columns of `shape`, for SELECT
 *   {brief}     the same with NULL in place of those that are DB_DETAIL
 *   {texts}     those of {brief} whose type is DB_TEXT
 *   {written}   those that are DB_WRITTEN, for INSERT and UPDATE
 *   {values}    the parameters of {written}. They follow the declared ones, see db_row_values()
 *   {made}      the columns that are not DB_WRITTEN: what an INSERT has to tell, see db_row_made()
 * A parameter comes before a part of its name, a part before a word of the shape. For example
 *     .parameters = "tenant uuid", .shape = &note_shape,
 *     .sql = "SELECT {columns} FROM note n WHERE n.tenant_id = {tenant} ORDER BY n.id"
 * is sent as "SELECT n.id, n.text FROM note n WHERE n.tenant_id = $1 ORDER BY n.id".
 *
 * Every other brace is text: '{}', '{"a": 1}', '{a,b}'; also a name that nothing declares, so that
 * PostgreSQL refuses the statement: FAULT_INTERNAL "database_error", one line in the log. A literal
 * that is a declared name in braces, '{id}', cannot be written. */
struct db_statement {
    const char *name; /* unique in the program; shown in pg_stat_statements through a comment.
                         NULL: not prepared, but made and planned for each call */
    const char *sql;
    const struct db_constraint *constraints; /* ends with name NULL; or NULL */
    /* The names of $1, $2 and so on, in the order of the values, each with its type, as in CREATE
     * FUNCTION: "tenant uuid, guests integer". Without a type PostgreSQL infers it from the use.
     * With a type, a statement may leave the parameter unused. Types: bigint, boolean, bytea, date,
     * double precision, integer, json, jsonb, text, time, timestamptz, uuid; arrays: bigint[],
     * boolean[], bytea[], text[], uuid[]. */
    const char *parameters;
    const struct db_part *parts[DB_PART_LISTS]; /* each list ends with name NULL */
    const struct db_shape *shape;
};

enum db_value_type {
    DB_NULL,
    DB_TEXT,   /* struct slice */
    DB_BYTES,  /* struct slice, of a bytea */
    DB_INT,    /* int64_t */
    DB_BOOL,   /* bool */
    DB_DOUBLE, /* double */
    DB_UUID,   /* struct uuid */
    DB_DATE,   /* int32_t day number */
    DB_TIME,   /* int64_t microseconds UTC, of a timestamptz */
    DB_CLOCK,  /* int32_t minutes after midnight, of a time */
    DB_NAME,   /* int, index of a name, of a text; only as the type of a column */
    DB_ARRAY   /* values, of an array; never the type of a column */
};

struct db_value {
    enum db_value_type type;
    struct slice text;
    union {
        int64_t integer;
        double real;
        struct uuid uuid;
        struct {
            const struct db_value *items;
            uint32_t count;
            enum db_value_type of;
        } array;
    };
};

static inline struct db_value db_null(void)
{
    return (struct db_value){.type = DB_NULL};
}
/* Absent (.at NULL) is NULL. */
static inline struct db_value db_text(struct slice text)
{
    return (struct db_value){.type = text.at != NULL ? DB_TEXT : DB_NULL, .text = text};
}
/* Any bytes; absent is NULL. */
static inline struct db_value db_bytes(struct slice bytes)
{
    return (struct db_value){.type = bytes.at != NULL ? DB_BYTES : DB_NULL, .text = bytes};
}
static inline struct db_value db_str(const char *text)
{
    return db_text(slice_of(text));
}
/* INT64_MIN (FIELD_ABSENT) is NULL. */
static inline struct db_value db_int(int64_t value)
{
    return (struct db_value){.type = value != INT64_MIN ? DB_INT : DB_NULL, .integer = value};
}
static inline struct db_value db_bool(bool value)
{
    return (struct db_value){.type = DB_BOOL, .integer = value};
}
/* NAN is NULL. */
static inline struct db_value db_double(double value)
{
    return (struct db_value){.type = __builtin_isnan(value) ? DB_NULL : DB_DOUBLE, .real = value};
}
/* Nil is NULL. */
static inline struct db_value db_uuid(const struct uuid *value)
{
    return (struct db_value){.type = uuid_is_nil(value) ? DB_NULL : DB_UUID, .uuid = *value};
}
/* DATE_ABSENT is NULL. */
static inline struct db_value db_date(int32_t day)
{
    return (struct db_value){.type = day != INT32_MIN ? DB_DATE : DB_NULL, .integer = day};
}
/* Microseconds UTC; INT64_MIN is NULL. */
static inline struct db_value db_time(int64_t wall_us)
{
    return (struct db_value){.type = wall_us != INT64_MIN ? DB_TIME : DB_NULL, .integer = wall_us};
}

/* Minutes after midnight; INT32_MIN is NULL. */
static inline struct db_value db_clock(int32_t minutes)
{
    return (struct db_value){.type = minutes != INT32_MIN ? DB_CLOCK : DB_NULL, .integer = minutes};
}

/* `count` items of type `of` (DB_INT for bigint[], DB_BOOL, DB_BYTES, DB_TEXT or DB_UUID) or NULL,
 * borrowed like text. Never NULL itself. Many rows are one statement: INSERT INTO note (id, text)
 * SELECT * FROM unnest({ids}, {texts}). */
static inline struct db_value db_array(enum db_value_type of, const struct db_value *items,
                                       size_t count)
{
    return (struct db_value){
        .type = DB_ARRAY, .array = {items, (uint32_t)count, of}
    };
}

#define DB_VALUES(...)                                                                             \
    (const struct db_value[]){__VA_ARGS__},                                                        \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)
#define DB_NO_VALUES NULL, 0

struct pg_result; /* libpq's PGresult */

/* Owns a result. Text read from it is borrowed until db_rows_finish(). */
struct db_rows {
    struct pg_result *result;
    int count;        /* rows */
    int64_t affected; /* of INSERT, UPDATE, DELETE */
};
void db_rows_finish(struct db_rows *rows);
#define auto_rows __attribute__((cleanup(db_rows_finish)))
/* Hands the result to the arena: text that was read from it lives as long as the arena's memory.
 * `rows` is empty afterwards. */
bool db_rows_keep(struct db_rows *rows, struct arena *arena, struct fault *fault) MUST_CHECK;

/* One statement, one round trip (shared with others of the same turn). */
bool db_query(struct db *db, const struct db_statement *statement, const struct db_value *values,
              size_t count, struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* Several statements in one round trip, in order; after an error the rest is skipped. `rows` may be
 * NULL when the caller does not read them. All results are set, or none. At most DB_CALLS_MAX. */
struct db_call {
    const struct db_statement *statement;
    const struct db_value *values;
    size_t count;
    struct db_rows *rows;
};
enum { DB_CALLS_MAX = 16 };
bool db_query_all(struct db *db, const struct db_call *calls, size_t count,
                  struct fault *fault) MUST_CHECK;

/* Reading a row. Column numbers start at 0. A value of another type, which is our bug, reads as
 * absent. */
bool db_is_null(const struct db_rows *rows, int row, int column);
struct slice db_get_text(const struct db_rows *rows, int row, int column);
/* Of a bytea. PostgreSQL sends two characters for each byte: a page of 256 kB (db.h) holds 128 kB,
 * larger values are read in a transaction, on a connection of their own. The bytes are written over
 * those characters: db_get_text() of the value reads nothing useful any more. */
struct slice db_get_bytes(const struct db_rows *rows, int row, int column);
int64_t db_get_int(const struct db_rows *rows, int row, int column);
bool db_get_bool(const struct db_rows *rows, int row, int column);
double db_get_double(const struct db_rows *rows, int row, int column);
struct uuid db_get_uuid(const struct db_rows *rows, int row, int column);
int32_t db_get_date(const struct db_rows *rows, int row, int column);
int64_t db_get_time(const struct db_rows *rows, int row, int column);
int32_t db_get_clock(const struct db_rows *rows, int row, int column);

enum {
    DB_WRITTEN = 1 << 0, /* in {written} */
    DB_DETAIL = 1 << 1   /* not in {brief} */
};

/* One column and the member of a struct that holds it. */
struct db_column {
    enum db_value_type type; /* of the member */
    size_t offset;
    /* For {columns} and its like; not used where the statement itself lists its columns: */
    const char *name;
    unsigned flags;
    const char *sql;          /* is read in place of the column, {names} replaced; or NULL */
    const char *const *names; /* DB_NAME: ends with NULL */
};

/* The columns that are read and written together: a table's row and the struct that holds it. */
struct db_shape {
    const struct db_column *columns;
    size_t count;
    const char *alias; /* of the table, before the names of {columns}; or NULL */
};
/* const struct db_shape note_shape = DB_SHAPE(note_columns, "n"); */
#define DB_SHAPE(array, alias_)                                                                    \
    {                                                                                              \
        (array), ARRAY_LEN(array), (alias_)                                                        \
    }

/* Copies columns of a row, in the order of the table, into a struct. Text is borrowed. A name that
 * `names` does not have leaves the member as it was. Rows without a result read as NULL, so all
 * other members become absent. */
void db_row_read(const struct db_rows *rows, int row, int first_column,
                 const struct db_column *columns, size_t count, void *out);
/* Copies {made} into the struct that was written. */
void db_row_made(const struct db_rows *rows, int row, int first_column,
                 const struct db_shape *shape, void *out);
/* The values of {values} from a struct. Returns how many: those of DB_WRITTEN. */
size_t db_row_values(const struct db_shape *shape, const void *row, struct db_value *values);
