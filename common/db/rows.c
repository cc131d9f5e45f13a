// SPDX-License-Identifier: MIT
/* Reads results. Values are parsed in libpq's memory and not copied. */
#include <math.h>
#include <stdlib.h>

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/parse.h"
#include "db/query.h"
#include "db/text_private.h"

void db_rows_finish(struct db_rows *rows)
{
    PQclear(rows->result);
    *rows = (struct db_rows){0};
}

static void clear_result(void *result)
{
    PQclear(result);
}

bool db_rows_keep(struct db_rows *rows, struct arena *arena, struct fault *fault)
{
    if (!arena_own(arena, clear_result, rows->result))
        return arena_fault(fault);
    *rows = (struct db_rows){0};
    return true;
}

bool db_is_null(const struct db_rows *rows, int row, int column)
{
    return PQgetisnull(rows->result, row, column) != 0;
}

struct slice db_get_text(const struct db_rows *rows, int row, int column)
{
    if (db_is_null(rows, row, column))
        return SLICE_NONE;
    return (struct slice){PQgetvalue(rows->result, row, column),
                          (size_t)PQgetlength(rows->result, row, column)};
}

/* In text format a bytea is "\x" and two digits for each byte (bytea_output, set in connect.c). The
 * bytes overwrite their own digits, because a copy would need memory, and this function cannot
 * report a failure. libpq advises against writing there, but does not read the value again. The
 * backslash becomes a NUL, which marks the value as decoded. */
struct slice db_get_bytes(const struct db_rows *rows, int row, int column)
{
    char *text = PQgetvalue(rows->result, row, column);
    const size_t len = (size_t)PQgetlength(rows->result, row, column);

    if (PQftype(rows->result, column) != DB_OID_BYTEA || len < 2)
        return SLICE_NONE;
    const struct slice bytes = {text + 2, len / 2 - 1};
    for (size_t i = 0; text[0] == '\\' && i < bytes.len; i++)
        text[2 + i] =
            (char)(parse_hex_digit(text[2 + 2 * i]) << 4 | parse_hex_digit(text[3 + 2 * i]));
    text[0] = 0;
    return bytes;
}

int64_t db_get_int(const struct db_rows *rows, int row, int column)
{
    int64_t value = INT64_MIN;

    (void)!parse_i64(db_get_text(rows, row, column), INT64_MIN, INT64_MAX, &value);
    return value;
}

bool db_get_bool(const struct db_rows *rows, int row, int column)
{
    return slice_is(db_get_text(rows, row, column), "t");
}

/* Uses strtod(), because PostgreSQL prints small and large numbers with an exponent, which
 * parse_double() refuses. */
double db_get_double(const struct db_rows *rows, int row, int column)
{
    const struct slice text = db_get_text(rows, row, column);
    char *end = NULL;
    double value;

    if (parse_double(text, -HUGE_VAL, HUGE_VAL, &value))
        return value;
    if (text.len == 0)
        return (double)NAN;
    value = strtod(text.at, &end);
    return end == text.at + text.len ? value : (double)NAN;
}

struct uuid db_get_uuid(const struct db_rows *rows, int row, int column)
{
    struct uuid value = {0};

    (void)!uuid_parse(db_get_text(rows, row, column), &value);
    return value;
}

int32_t db_get_date(const struct db_rows *rows, int row, int column)
{
    int32_t day = DATE_ABSENT;

    (void)!date_parse(db_get_text(rows, row, column), &day);
    return day;
}

int64_t db_get_time(const struct db_rows *rows, int row, int column)
{
    int64_t wall_us = INT64_MIN;

    (void)!parse_timestamp(db_get_text(rows, row, column), &wall_us);
    return wall_us;
}

int32_t db_get_clock(const struct db_rows *rows, int row, int column)
{
    enum { HH_MM = 5 };
    struct slice text = db_get_text(rows, row, column);
    int minutes = 0;

    text.len = text.len > HH_MM ? HH_MM : text.len;
    return parse_time_of_day(text, &minutes) ? minutes : INT32_MIN;
}
