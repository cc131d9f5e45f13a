// SPDX-License-Identifier: MIT
#include <assert.h>
#include <endian.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/now.h"
#include "db/params_private.h"
#include "db/text_private.h"

enum { SCALAR_MAX = 40, ARRAY_HEAD_MAX = 20, KEPT_MAX = 64 * 1024 };

#define US_PER_DAY (86400 * US_PER_S)
#define DAY_2000   10957 /* 2000-01-01, from which PostgreSQL counts days */

static struct db_value get_array_item(const struct db_value *array, uint32_t index)
{
    if (array->array.column == NULL)
        return ((const struct db_value *)array->array.items)[index];
    return db_row_get_value(array->array.column,
                            (const char *)array->array.items + (size_t)index * array->array.stride);
}

static size_t encoded_size_max(const struct db_value *value)
{
    size_t size = ARRAY_HEAD_MAX;

    if (value->type == DB_BYTES)
        return value->text.len;
    if (value->type != DB_ARRAY)
        return value->type == DB_TEXT ? value->text.len + 1 : SCALAR_MAX;
    for (uint32_t i = 0; i < value->array.count; i++) {
        const struct db_value item = get_array_item(value, i);
        size += sizeof(uint32_t) + encoded_size_max(&item);
    }
    return size;
}

static bool has_nul_in_text(const struct db_value *value)
{
    if (value->type == DB_TEXT)
        return value->text.len > 0 && memchr(value->text.at, 0, value->text.len) != NULL;
    if (value->type == DB_ARRAY)
        for (uint32_t i = 0; i < value->array.count; i++) {
            const struct db_value item = get_array_item(value, i);
            if (has_nul_in_text(&item))
                return true;
        }
    return false;
}

void db_params_finish(struct db_params *params)
{
    free(params->bytes);
    *params = (struct db_params){0};
}

bool db_params_check(const struct db_value *values, size_t count, struct fault *fault)
{
    size_t need = 0;

    if (count > DB_PARAMS_MAX)
        return fault_set(fault, FAULT_INTERNAL, "too_many_values",
                         "The statement takes more values than a query may have.");
    for (size_t i = 0; i < count; i++) {
        need += encoded_size_max(&values[i]);
        if (has_nul_in_text(&values[i]))
            return fault_set(fault, FAULT_INVALID, "nul_in_text",
                             "Text must not contain the character U+0000.");
    }
    if (need > DB_PARAMS_BYTES_MAX)
        return fault_set(fault, FAULT_TOO_LARGE, "values_too_large",
                         "The values are too large to be stored at once.");
    return true;
}

/* Writes "2026-01-02 03:04:05.678901+00". The division rounds down, so that times before 1970 are
 * correct. */
static void append_timestamp(struct buf *out, int64_t wall_us)
{
    int64_t day = wall_us / US_PER_DAY;
    int64_t rest = wall_us % US_PER_DAY;

    if (rest < 0) {
        rest += US_PER_DAY;
        day--;
    }
    const struct date_civil civil = date_to_civil((int32_t)day);
    const int64_t seconds = rest / US_PER_S;
    buf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d.%06d+00", civil.year, civil.month, civil.day,
               (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60),
               (int)(rest % US_PER_S));
}

static void append_value_as_text(struct buf *out, const struct db_value *value)
{
    char text[SCALAR_MAX];

    switch (value->type) {
    case DB_TEXT:
        buf_slice(out, value->text);
        return;
    case DB_INT:
        buf_i64(out, value->integer);
        return;
    case DB_BOOL:
        buf_char(out, value->integer != 0 ? 't' : 'f');
        return;
    case DB_DOUBLE:
        buf_printf(out, "%.17g", value->real);
        return;
    case DB_UUID:
        uuid_format(&value->uuid, text);
        buf_append(out, text, UUID_TEXT_LEN);
        return;
    case DB_DATE:
        date_format((int32_t)value->integer, text);
        buf_append(out, text, DATE_TEXT_LEN);
        return;
    case DB_TIME:
        append_timestamp(out, value->integer);
        return;
    case DB_CLOCK:
        clock_format((int32_t)value->integer, text);
        buf_append(out, text, CLOCK_TEXT_LEN);
        return;
    case DB_ARRAY:
    case DB_BYTES:
    case DB_NAME:
    case DB_NULL:
        return;
    }
}

static void append_u32_big_endian(struct buf *out, uint32_t value)
{
    const uint32_t big_endian = htobe32(value);

    buf_append(out, &big_endian, sizeof big_endian);
}

static void append_binary_bytes(struct buf *out, const void *bytes, size_t len)
{
    append_u32_big_endian(out, (uint32_t)len);
    buf_append(out, bytes, len);
}

static void append_binary_item(struct buf *out, const struct db_value *item)
{
    const uint64_t integer = htobe64((uint64_t)item->integer);
    const uint8_t truth = item->integer != 0;

    switch (item->type) {
    case DB_TEXT:
    case DB_BYTES:
        append_binary_bytes(out, item->text.at, item->text.len);
        return;
    case DB_INT:
        append_binary_bytes(out, &integer, sizeof integer);
        return;
    case DB_BOOL:
        append_binary_bytes(out, &truth, sizeof truth);
        return;
    case DB_UUID:
        append_binary_bytes(out, item->uuid.bytes, sizeof item->uuid.bytes);
        return;
    case DB_DATE:
        append_u32_big_endian(out, sizeof(uint32_t));
        append_u32_big_endian(out, (uint32_t)(item->integer - DAY_2000));
        return;
    case DB_DOUBLE:
    case DB_TIME:
    case DB_CLOCK:
    case DB_NAME:
    case DB_ARRAY:
    case DB_NULL:
        append_u32_big_endian(out, UINT32_MAX);
        return;
    }
}

static const uint32_t item_oids[] = {[DB_TEXT] = DB_OID_TEXT,
                                     [DB_BYTES] = DB_OID_BYTEA,
                                     [DB_INT] = DB_OID_BIGINT,
                                     [DB_BOOL] = DB_OID_BOOLEAN,
                                     [DB_UUID] = DB_OID_UUID,
                                     [DB_DATE] = DB_OID_DATE,
                                     [DB_ARRAY] = 0};

/* Writes an array as array_recv() of PostgreSQL reads it (src/backend/utils/adt/arrayfuncs.c): the
 * number of dimensions, a flag for NULLs, the type of the items, their count, the index of the
 * first item; then each item after its length, -1 for NULL. An empty array has no dimension. */
static void append_binary_array(struct buf *out, const struct db_value *array)
{
    const uint32_t count = array->array.count;
    const uint32_t oid = item_oids[array->array.of];
    const uint32_t nulls = 1; /* flag: the array may have NULLs */

    assert(oid != 0);
    append_u32_big_endian(out, count > 0);
    append_u32_big_endian(out, nulls);
    append_u32_big_endian(out, oid);
    if (count == 0)
        return;
    append_u32_big_endian(out, count);
    append_u32_big_endian(out, 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct db_value item = get_array_item(array, i);
        assert(item.type == array->array.of || item.type == DB_NULL);
        append_binary_item(out, &item);
    }
}

static bool resize_buffer(struct db_params *params, size_t size_needed)
{
    /* Memory of a large statement is released when a smaller one follows. */
    if (params->room >= size_needed && (params->room <= KEPT_MAX || size_needed > KEPT_MAX))
        return true;
    char *bytes = realloc(params->bytes, size_needed > KEPT_MAX ? size_needed : KEPT_MAX);

    if (bytes == NULL)
        return false;
    params->bytes = bytes;
    params->room = size_needed > KEPT_MAX ? size_needed : KEPT_MAX;
    return true;
}

bool db_params_encode(struct db_params *params, const struct db_value *values, size_t count)
{
    size_t need = 0;
    struct buf out;

    assert(count <= DB_PARAMS_MAX);
    for (size_t i = 0; i < count; i++)
        need += values[i].type != DB_BYTES ? encoded_size_max(&values[i]) : 0;
    if (!resize_buffer(params, need))
        return false;
    buf_init_over(&out, params->bytes, params->room);
    params->formats = NULL;
    for (size_t i = 0; i < count; i++) {
        const size_t start = out.len;

        params->kinds[i] = values[i].type == DB_BYTES || values[i].type == DB_ARRAY;
        if (params->kinds[i] == 1)
            params->formats = params->kinds;
        params->texts[i] = values[i].type == DB_NULL ? NULL : params->bytes + start;
        if (values[i].type == DB_NULL)
            continue;
        if (values[i].type == DB_BYTES) {
            params->texts[i] = values[i].text.at;
            params->lengths[i] = (int)values[i].text.len;
        } else if (values[i].type == DB_ARRAY) {
            append_binary_array(&out, &values[i]);
            params->lengths[i] = (int)(out.len - start);
        } else {
            append_value_as_text(&out, &values[i]);
            buf_char(&out, 0);
        }
    }
    return true;
}
