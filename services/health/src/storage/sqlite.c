// SPDX-License-Identifier: MIT
#include "storage/sqlite.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { STATEMENTS_MAX = 128, BUSY_MS = 2000 };

struct prepared {
    const char *sql;
    sqlite3_stmt *statement;
};

struct sqlite {
    sqlite3 *connection;
    int failed; /* SQLite's code of the last failure */
    struct prepared prepared[STATEMENTS_MAX];
    size_t prepared_count;
};

static bool set_sqlite_fault(struct sqlite *sqlite, int code, struct fault *fault)
{
    sqlite->failed = code;
    return fault_set(fault, FAULT_UNAVAILABLE, "history_away", "The history cannot be used: %s",
                     sqlite3_errstr(code & 0xff));
}

struct sqlite *sqlite_open(const char *path, struct fault *fault)
{
    struct sqlite *sqlite = fault_calloc(sizeof *sqlite, "SQLite", fault);
    int code;

    if (sqlite == NULL)
        return NULL;
    code = sqlite3_open_v2(path, &sqlite->connection,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                               SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI,
                           NULL);
    if (code != SQLITE_OK) {
        set_sqlite_fault(sqlite, code, fault);
        sqlite_close(sqlite);
        return NULL;
    }
    sqlite3_busy_timeout(sqlite->connection, BUSY_MS);
    return sqlite;
}

static void finalize_statements(struct sqlite *sqlite)
{
    for (size_t i = 0; i < sqlite->prepared_count; i++)
        sqlite3_finalize(sqlite->prepared[i].statement);
    sqlite->prepared_count = 0;
}

void sqlite_close(struct sqlite *sqlite)
{
    if (sqlite == NULL)
        return;
    finalize_statements(sqlite);
    sqlite3_close_v2(sqlite->connection);
    free(sqlite);
}

bool sqlite_run_script(struct sqlite *sqlite, const char *script, struct fault *fault)
{
    const int code = sqlite3_exec(sqlite->connection, script, NULL, NULL, NULL);

    return code == SQLITE_OK || set_sqlite_fault(sqlite, code, fault);
}

bool sqlite_image_create(struct sqlite *sqlite, const char *name, struct sqlite_image *out,
                         struct fault *fault)
{
    sqlite3_int64 len;

    out->bytes = sqlite3_serialize(sqlite->connection, name, &len, 0);
    out->len = len;
    return out->bytes != NULL || set_sqlite_fault(sqlite, SQLITE_NOMEM, fault);
}

void sqlite_image_free(struct sqlite_image *image)
{
    sqlite3_free(image->bytes);
    *image = (struct sqlite_image){0};
}

bool sqlite_image_attach(struct sqlite *sqlite, const struct sqlite_image *image,
                         struct fault *fault)
{
    const unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
    unsigned char *bytes;
    int code;

    if (!sqlite_run_script(sqlite, "ATTACH ':memory:' AS copy", fault))
        return false;
    bytes = sqlite3_malloc64((sqlite3_uint64)image->len);
    if (bytes == NULL)
        return set_sqlite_fault(sqlite, SQLITE_NOMEM, fault);
    memcpy(bytes, image->bytes, (size_t)image->len);
    code = sqlite3_deserialize(sqlite->connection, "copy", bytes, image->len, image->len, flags);
    return code == SQLITE_OK || set_sqlite_fault(sqlite, code, fault);
}

/* Finalizes all prepared statements first, because they refer to the schema of `copy`. */
void sqlite_image_detach(struct sqlite *sqlite)
{
    const int code = sqlite->failed;
    struct fault fault;

    finalize_statements(sqlite);
    (void)!sqlite_run_script(sqlite, "DETACH copy", &fault);
    sqlite->failed = code;
}

static sqlite3_stmt *find_or_prepare_statement(struct sqlite *sqlite, const char *sql,
                                               struct fault *fault)
{
    struct prepared *slot = &sqlite->prepared[sqlite->prepared_count];
    int code;

    for (size_t i = 0; i < sqlite->prepared_count; i++)
        if (sqlite->prepared[i].sql == sql)
            return sqlite->prepared[i].statement;
    assert(sqlite->prepared_count < STATEMENTS_MAX);
    code = sqlite3_prepare_v3(sqlite->connection, sql, -1, SQLITE_PREPARE_PERSISTENT,
                              &slot->statement, NULL);
    if (code != SQLITE_OK) {
        set_sqlite_fault(sqlite, code, fault);
        return NULL;
    }
    slot->sql = sql;
    sqlite->prepared_count++;
    return slot->statement;
}

static int bind_value(sqlite3_stmt *statement, int index, const struct sqlite_value *value)
{
    switch (value->type) {
    case SQLITE_VALUE_INT:
        return sqlite3_bind_int64(statement, index, value->integer);
    case SQLITE_VALUE_REAL:
        return sqlite3_bind_double(statement, index, value->real);
    case SQLITE_VALUE_TEXT:
        return sqlite3_bind_text64(statement, index, value->at, value->len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case SQLITE_VALUE_BLOB:
        return sqlite3_bind_blob64(statement, index, value->at, value->len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

bool sqlite_select(struct sqlite *sqlite, const char *sql, const struct sqlite_value *values,
                   size_t count, sqlite_row_fn *row, void *data, struct fault *fault)
{
    sqlite3_stmt *statement = find_or_prepare_statement(sqlite, sql, fault);
    int code = SQLITE_OK;

    if (statement == NULL)
        return false;
    for (size_t i = 0; i < count && code == SQLITE_OK; i++)
        code = bind_value(statement, (int)i + 1, &values[i]);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW && row != NULL)
            row(statement, data);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return code == SQLITE_DONE || set_sqlite_fault(sqlite, code, fault);
}

bool sqlite_exec(struct sqlite *sqlite, const char *sql, const struct sqlite_value *values,
                 size_t count, struct fault *fault)
{
    return sqlite_select(sqlite, sql, values, count, NULL, NULL, fault);
}

struct listing {
    const struct sqlite_list *list;
    size_t count;
};

static void read_list_item(sqlite3_stmt *row, void *data)
{
    struct listing *listing = data;
    const struct sqlite_list *list = listing->list;

    if (listing->count < *list->count)
        list->read(row, (char *)list->items + listing->count++ * list->size);
}

bool sqlite_select_list(struct sqlite *sqlite, const char *sql, const struct sqlite_value *values,
                        size_t count, const struct sqlite_list *list, struct fault *fault)
{
    struct listing listing = {.list = list};

    if (!sqlite_select(sqlite, sql, values, count, read_list_item, &listing, fault))
        return false;
    *list->count = listing.count;
    return true;
}

static void read_integer(sqlite3_stmt *row, void *data)
{
    int64_t *count = data;

    *count = sqlite3_column_int64(row, 0);
}

bool sqlite_select_int(struct sqlite *sqlite, const char *sql, const struct sqlite_value *values,
                       size_t count, int64_t *out, struct fault *fault)
{
    int64_t found = 0;

    if (!sqlite_select(sqlite, sql, values, count, read_integer, &found, fault))
        return false;
    *out = found;
    return true;
}

int64_t sqlite_changes(const struct sqlite *sqlite)
{
    return sqlite3_changes64(sqlite->connection);
}

int64_t sqlite_total_changes(const struct sqlite *sqlite)
{
    return sqlite3_total_changes64(sqlite->connection);
}

bool sqlite_end_transaction(struct sqlite *sqlite, bool commit, struct fault *fault)
{
    struct fault ignored;

    if (commit && sqlite_exec(sqlite, "COMMIT", SQLITE_NO_VALUES, fault))
        return true;
    const int code = sqlite->failed;
    if (!sqlite3_get_autocommit(
            sqlite->connection)) /* some failures have already rolled the transaction back */
        (void)!sqlite_exec(sqlite, "ROLLBACK", SQLITE_NO_VALUES, &ignored);
    sqlite->failed = code;
    return false;
}

bool sqlite_run_transaction(struct sqlite *sqlite, sqlite_part_fn *run, void *data,
                            struct fault *fault)
{
    sqlite->failed = SQLITE_OK;
    return sqlite_exec(sqlite, "BEGIN", SQLITE_NO_VALUES, fault) &&
           sqlite_end_transaction(sqlite, run(sqlite, data, fault), fault);
}

bool sqlite_is_damaged(const struct sqlite *sqlite)
{
    const int code = sqlite->failed & 0xff;

    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool sqlite_is_full(const struct sqlite *sqlite)
{
    return (sqlite->failed & 0xff) == SQLITE_FULL;
}

void sqlite_read_text(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    const size_t len = (size_t)sqlite3_column_bytes(statement, column);
    const size_t cut = text == NULL ? 0 : slice_prefix_len((struct slice){text, len}, size - 1);

    if (cut > 0)
        memcpy(out, text, cut);
    out[cut] = '\0';
}

struct uuid sqlite_read_uuid(sqlite3_stmt *statement, int column)
{
    struct uuid id = {{0}};
    const void *at = sqlite3_column_blob(statement, column);

    if (at != NULL && sqlite3_column_bytes(statement, column) == (int)sizeof id.bytes)
        memcpy(id.bytes, at, sizeof id.bytes);
    return id;
}
