// SPDX-License-Identifier: MIT
/* Maps columns of rows to members of structs. */
#include <libpq-fe.h>

#include "db/query.h"

static void find_name_index(struct slice text, const char *const *names, int *out)
{
    for (int i = 0; names[i] != NULL; i++)
        if (slice_is(text, names[i])) {
            *out = i;
            return;
        }
}

void db_row_read(const struct db_rows *rows, int row, int first_column,
                 const struct db_column *columns, size_t count, void *out)
{
    for (size_t i = 0; i < count; i++) {
        void *at = (char *)out + columns[i].offset;
        const int column = first_column + (int)i;

        switch (columns[i].type) {
        case DB_TEXT:
            *(struct slice *)at = db_get_text(rows, row, column);
            break;
        case DB_BYTES:
            *(struct slice *)at = db_get_bytes(rows, row, column);
            break;
        case DB_INT:
            *(int64_t *)at = db_get_int(rows, row, column);
            break;
        case DB_BOOL:
            *(bool *)at = db_get_bool(rows, row, column);
            break;
        case DB_DOUBLE:
            *(double *)at = db_get_double(rows, row, column);
            break;
        case DB_UUID:
            *(struct uuid *)at = db_get_uuid(rows, row, column);
            break;
        case DB_DATE:
            *(int32_t *)at = db_get_date(rows, row, column);
            break;
        case DB_TIME:
            *(int64_t *)at = db_get_time(rows, row, column);
            break;
        case DB_CLOCK:
            *(int32_t *)at = db_get_clock(rows, row, column);
            break;
        case DB_NAME:
            find_name_index(db_get_text(rows, row, column), columns[i].names, at);
            break;
        case DB_ARRAY:
        case DB_NULL:
            break;
        }
    }
}

void db_row_read_generated(const struct db_rows *rows, int row, int first_column,
                           const struct db_shape *shape, void *out)
{
    int column = first_column;

    for (size_t i = 0; i < shape->count; i++)
        if ((shape->columns[i].flags & DB_WRITTEN) == 0)
            db_row_read(rows, row, column++, &shape->columns[i], 1, out);
}

void db_row_read_returned(const struct db_rows *rows, int row, const struct db_shape *shape,
                          void *out)
{
    for (size_t i = 0; i < shape->count; i++) {
        const char *name = shape->columns[i].name;
        const int column = name != NULL ? PQfnumber(rows->result, name) : -1;

        if (column >= 0)
            db_row_read(rows, row, column, &shape->columns[i], 1, out);
    }
}

struct db_value db_row_get_value(const struct db_column *column, const void *row)
{
    const void *at = (const char *)row + column->offset;

    switch (column->type) {
    case DB_TEXT:
        return db_text(*(const struct slice *)at);
    case DB_BYTES:
        return db_bytes(*(const struct slice *)at);
    case DB_INT:
        return db_int(*(const int64_t *)at);
    case DB_BOOL:
        return db_bool(*(const bool *)at);
    case DB_DOUBLE:
        return db_double(*(const double *)at);
    case DB_UUID:
        return db_uuid(at);
    case DB_DATE:
        return db_date(*(const int32_t *)at);
    case DB_TIME:
        return db_time(*(const int64_t *)at);
    case DB_CLOCK:
        return db_clock(*(const int32_t *)at);
    case DB_NAME:
        return *(const int *)at >= 0 ? db_str(column->names[*(const int *)at]) : db_null();
    case DB_ARRAY:
    case DB_NULL:
        break;
    }
    return db_null();
}

struct db_value db_array_of(const struct db_column *column, const void *first, size_t stride,
                            size_t count)
{
    return (struct db_value){
        .type = DB_ARRAY,
        .array = {first, column, (uint32_t)stride, (uint32_t)count,
                  column->type == DB_NAME ? DB_TEXT : column->type}
    };
}

size_t db_row_get_values(const struct db_shape *shape, const void *row, struct db_value *values)
{
    size_t count = 0;

    for (size_t i = 0; i < shape->count; i++) {
        const struct db_column *column = &shape->columns[i];

        if ((column->flags & DB_WRITTEN) != 0)
            values[count++] = db_row_get_value(column, row);
    }
    return count;
}
