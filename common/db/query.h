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

/* One SQL statement, static. It is prepared on each connection at its first use there. */
struct db_statement {
    const char *name; /* unique in the program; shown in pg_stat_statements through a comment.
                         NULL: not prepared, for text made at run time */
    const char *sql;  /* values only as $n */
    const struct db_constraint *constraints; /* ends with name NULL; or NULL */
};

enum db_value_type { DB_NULL, DB_TEXT, DB_INT, DB_BOOL, DB_DOUBLE, DB_UUID, DB_DATE, DB_TIME };

struct db_value {
    enum db_value_type type;
    struct slice text;
    union {
        int64_t integer;
        double real;
        struct uuid uuid;
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

#define DB_VALUES(...)                                                                             \
    (const struct db_value[]){__VA_ARGS__},                                                        \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)
#define DB_NO_VALUES NULL, 0

struct pg_result; /* libpq's PGresult */

/* Owns a result. Values read from it are borrowed until db_rows_finish(), unless copied. */
struct db_rows {
    struct pg_result *result;
    int count;        /* rows */
    int64_t affected; /* of INSERT, UPDATE, DELETE */
};
void db_rows_finish(struct db_rows *rows);
#define auto_rows __attribute__((cleanup(db_rows_finish)))

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
int64_t db_get_int(const struct db_rows *rows, int row, int column);
bool db_get_bool(const struct db_rows *rows, int row, int column);
double db_get_double(const struct db_rows *rows, int row, int column);
struct uuid db_get_uuid(const struct db_rows *rows, int row, int column);
int32_t db_get_date(const struct db_rows *rows, int row, int column);
int64_t db_get_time(const struct db_rows *rows, int row, int column);

/* A table that copies columns, in the order of the SELECT list, into a struct. */
struct db_column {
    enum db_value_type type; /* DB_TEXT borrows: struct slice; DB_INT int64_t; DB_DATE int32_t .. */
    size_t offset;
};
void db_row_read(const struct db_rows *rows, int row, int first_column,
                 const struct db_column *columns, size_t count, void *out);
