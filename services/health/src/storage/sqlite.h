// SPDX-License-Identifier: MIT
/* A connection to SQLite: it converts values and rows, and returns error codes of SQLite as faults.
 * All calls block; only one thread may call at a time. */
#pragma once

#include <stdint.h>

#include <sqlite3.h>

#include "base/fault.h"
#include "base/uuid.h"

enum sqlite_type { SQLITE_VALUE_INT, SQLITE_VALUE_REAL, SQLITE_VALUE_TEXT, SQLITE_VALUE_BLOB };

/* A value of a statement. Its bytes are borrowed until the statement has run. */
struct sqlite_value {
    enum sqlite_type type;
    int64_t integer;
    double real;
    const void *at;
    size_t len;
};

static inline struct sqlite_value sqlite_int(int64_t value)
{
    return (struct sqlite_value){.type = SQLITE_VALUE_INT, .integer = value};
}

static inline struct sqlite_value sqlite_real(double value)
{
    return (struct sqlite_value){.type = SQLITE_VALUE_REAL, .real = value};
}

static inline struct sqlite_value sqlite_text(const char *text)
{
    return (struct sqlite_value){.type = SQLITE_VALUE_TEXT, .at = text, .len = strlen(text)};
}

static inline struct sqlite_value sqlite_blob(const void *at, size_t len)
{
    return (struct sqlite_value){.type = SQLITE_VALUE_BLOB, .at = at, .len = len};
}

static inline struct sqlite_value sqlite_uuid(const struct uuid *id)
{
    return sqlite_blob(id->bytes, sizeof id->bytes);
}

/* For SQLITE_VALUE(): a value that needs no conversion. */
static inline struct sqlite_value sqlite_same(struct sqlite_value value)
{
    return value;
}

/* SQLITE_VALUES(1, "a", &id) stands for two arguments: an array of values, and their number. */
// clang-format off
#define SQLITE_VALUE(x)                                                                            \
    _Generic((x), struct sqlite_value: sqlite_same, double: sqlite_real,                           \
        const char *: sqlite_text, char *: sqlite_text,                                            \
        const struct uuid *: sqlite_uuid, struct uuid *: sqlite_uuid, default: sqlite_int)(x)
#define SQLITE_LIST_1(x)       SQLITE_VALUE(x)
#define SQLITE_LIST_2(x, ...)  SQLITE_VALUE(x), SQLITE_LIST_1(__VA_ARGS__)
#define SQLITE_LIST_3(x, ...)  SQLITE_VALUE(x), SQLITE_LIST_2(__VA_ARGS__)
#define SQLITE_LIST_4(x, ...)  SQLITE_VALUE(x), SQLITE_LIST_3(__VA_ARGS__)
#define SQLITE_LIST_5(x, ...)  SQLITE_VALUE(x), SQLITE_LIST_4(__VA_ARGS__)
#define SQLITE_LIST_6(x, ...)  SQLITE_VALUE(x), SQLITE_LIST_5(__VA_ARGS__)
#define SQLITE_LIST_7(x, ...)  SQLITE_VALUE(x), SQLITE_LIST_6(__VA_ARGS__)
#define SQLITE_LIST_8(x, ...)  SQLITE_VALUE(x), SQLITE_LIST_7(__VA_ARGS__)
#define SQLITE_LIST_9(x, ...)  SQLITE_VALUE(x), SQLITE_LIST_8(__VA_ARGS__)
#define SQLITE_LIST_10(x, ...) SQLITE_VALUE(x), SQLITE_LIST_9(__VA_ARGS__)
#define SQLITE_LIST_11(x, ...) SQLITE_VALUE(x), SQLITE_LIST_10(__VA_ARGS__)
#define SQLITE_PICK(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, list, ...) list
#define SQLITE_ARRAY(...)                                                                          \
    (const struct sqlite_value[]){SQLITE_PICK(__VA_ARGS__, SQLITE_LIST_11, SQLITE_LIST_10,         \
        SQLITE_LIST_9, SQLITE_LIST_8, SQLITE_LIST_7, SQLITE_LIST_6, SQLITE_LIST_5, SQLITE_LIST_4,  \
        SQLITE_LIST_3, SQLITE_LIST_2, SQLITE_LIST_1, 0)(__VA_ARGS__)}
#define SQLITE_VALUES(...)                                                                         \
    SQLITE_ARRAY(__VA_ARGS__), sizeof(SQLITE_ARRAY(__VA_ARGS__)) / sizeof(struct sqlite_value)
// clang-format on
#define SQLITE_NO_VALUES NULL, 0

struct sqlite;

/* Opens a connection to a file, which is created if it does not exist, or to ":memory:". The caller
 * closes it. NULL: see `fault`. */
struct sqlite *sqlite_open(const char *path, struct fault *fault);
void sqlite_close(struct sqlite *sqlite); /* NULL is allowed */

/* A whole database as bytes in memory. Zeroed: none. */
struct sqlite_image {
    void *bytes; /* freed by sqlite_image_free() */
    int64_t len;
};
/* Copies the bytes of the whole database `name` ("main" or "copy") into `out`. It must be an
 * in-memory database, not a file. */
bool sqlite_image_create(struct sqlite *sqlite, const char *name, struct sqlite_image *out,
                         struct fault *fault) MUST_CHECK;
void sqlite_image_free(struct sqlite_image *image);
/* Attaches a writable copy of the image to the connection, as the database `copy`. Call
 * sqlite_image_detach() afterwards, also after a failure. */
bool sqlite_image_attach(struct sqlite *sqlite, const struct sqlite_image *image,
                         struct fault *fault) MUST_CHECK;
void sqlite_image_detach(struct sqlite *sqlite);

/* Runs any number of statements without values or rows. */
bool sqlite_run_script(struct sqlite *sqlite, const char *script, struct fault *fault) MUST_CHECK;

/* Runs a statement to its end. The statement stays prepared and is looked up by the pointer `sql`,
 * not by the text, so it must be a constant. Fails with FAULT_UNAVAILABLE "history_away". */
bool sqlite_exec(struct sqlite *sqlite, const char *sql, const struct sqlite_value *values,
                 size_t count, struct fault *fault) MUST_CHECK;
/* The number of rows that the last INSERT, UPDATE or DELETE changed. */
int64_t sqlite_changes(const struct sqlite *sqlite);
/* The number of all rows changed since sqlite_open(). */
int64_t sqlite_total_changes(const struct sqlite *sqlite);

/* Reads a row by sqlite3_column_*(). */
typedef void sqlite_row_fn(sqlite3_stmt *row, void *data);
/* Runs a statement like sqlite_exec(), and calls `row` with `data` for each row. */
bool sqlite_select(struct sqlite *sqlite, const char *sql, const struct sqlite_value *values,
                   size_t count, sqlite_row_fn *row, void *data, struct fault *fault) MUST_CHECK;
/* An array that a statement fills: `read` is called for each row with the row's item. */
struct sqlite_list {
    sqlite_row_fn *read;
    size_t size; /* bytes of an item */
    void *items;
    size_t *count; /* in: capacity; further rows are skipped */
};
bool sqlite_select_list(struct sqlite *sqlite, const char *sql, const struct sqlite_value *values,
                        size_t count, const struct sqlite_list *list,
                        struct fault *fault) MUST_CHECK;
/* Reads the integer in the first column of a statement that returns at most one row. `*out` is 0 if
 * there is no row. */
bool sqlite_select_int(struct sqlite *sqlite, const char *sql, const struct sqlite_value *values,
                       size_t count, int64_t *out, struct fault *fault) MUST_CHECK;

/* Ends the transaction that BEGIN has begun: commits if `commit` is true, otherwise rolls back.
 * Returns true if the transaction was committed. */
bool sqlite_end_transaction(struct sqlite *sqlite, bool commit, struct fault *fault) MUST_CHECK;
typedef bool sqlite_part_fn(struct sqlite *sqlite, void *data, struct fault *fault);
/* Runs `run` with `data` in a transaction, which is rolled back if `run` returns false. */
bool sqlite_run_transaction(struct sqlite *sqlite, sqlite_part_fn *run, void *data,
                            struct fault *fault) MUST_CHECK;

/* Whether the last failed statement failed because the file is damaged (first function) or because
 * the disk is full (second function). */
bool sqlite_is_damaged(const struct sqlite *sqlite);
bool sqlite_is_full(const struct sqlite *sqlite);

/* Reads the text of a column, truncated to `size` bytes with its NUL. */
void sqlite_read_text(sqlite3_stmt *statement, int column, char *out, size_t size);
/* Reads a column of 16 bytes; nil if the value has another size. */
struct uuid sqlite_read_uuid(sqlite3_stmt *statement, int column);
