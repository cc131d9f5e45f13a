// SPDX-License-Identifier: MIT
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/now.h"
#include "db/params_private.h"

enum { SCALAR_MAX = 40, KEPT_MAX = 64 * 1024 };

#define US_PER_DAY (86400 * US_PER_S)

static size_t room_for(const struct db_value *value)
{
    return value->type == DB_TEXT ? value->text.len + 1 : SCALAR_MAX;
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
        const struct slice text = values[i].text;

        need += room_for(&values[i]);
        if (values[i].type == DB_TEXT && text.len > 0 && memchr(text.at, 0, text.len) != NULL)
            return fault_set(fault, FAULT_INVALID, "nul_in_text",
                             "Text must not contain the character U+0000.");
    }
    if (need > DB_PARAMS_BYTES_MAX)
        return fault_set(fault, FAULT_TOO_LARGE, "values_too_large",
                         "The values are too large to be stored at once.");
    return true;
}

static size_t put_int(char *out, int64_t value)
{
    char digits[SCALAR_MAX];
    size_t len = 0;
    size_t at = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[len++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        out[at++] = '-';
    while (len > 0)
        out[at++] = digits[--len];
    out[at] = 0;
    return at;
}

/* "2026-01-02 03:04:05.678901+00". The division rounds down, so times before 1970 are right too. */
static size_t put_time(char *out, int64_t wall_us)
{
    int64_t day = wall_us / US_PER_DAY;
    int64_t rest = wall_us % US_PER_DAY;

    if (rest < 0) {
        rest += US_PER_DAY;
        day--;
    }
    const struct date_civil civil = date_to_civil((int32_t)day);
    const int64_t seconds = rest / US_PER_S;
    const int len = snprintf(out, SCALAR_MAX, "%04d-%02d-%02d %02d:%02d:%02d.%06d+00", civil.year,
                             civil.month, civil.day, (int)(seconds / 3600),
                             (int)(seconds / 60 % 60), (int)(seconds % 60), (int)(rest % US_PER_S));
    return len > 0 ? (size_t)len : 0;
}

static size_t put_text(char *out, struct slice text)
{
    if (text.len > 0)
        memcpy(out, text.at, text.len);
    out[text.len] = 0;
    return text.len;
}

/* Returns the length without the NUL. */
static size_t put_value(char *out, const struct db_value *value)
{
    switch (value->type) {
    case DB_TEXT:
        return put_text(out, value->text);
    case DB_INT:
        return put_int(out, value->integer);
    case DB_BOOL:
        return put_text(out, value->integer != 0 ? SLICE("t") : SLICE("f"));
    case DB_DOUBLE:
        return (size_t)snprintf(out, SCALAR_MAX, "%.17g", value->real);
    case DB_UUID:
        uuid_format(&value->uuid, out);
        return UUID_TEXT_LEN;
    case DB_DATE:
        date_format((int32_t)value->integer, out);
        return DATE_TEXT_LEN;
    case DB_TIME:
        return put_time(out, value->integer);
    case DB_NULL:
        break;
    }
    out[0] = 0;
    return 0;
}

static bool make_room(struct db_params *params, size_t need)
{
    /* The memory of one large statement is given back at the next one. */
    if (params->room >= need && (params->room <= KEPT_MAX || need > KEPT_MAX))
        return true;
    char *bytes = realloc(params->bytes, need > KEPT_MAX ? need : KEPT_MAX);

    if (bytes == NULL)
        return false;
    params->bytes = bytes;
    params->room = need > KEPT_MAX ? need : KEPT_MAX;
    return true;
}

bool db_params_encode(struct db_params *params, const struct db_value *values, size_t count)
{
    size_t need = 0;

    assert(count <= DB_PARAMS_MAX);
    for (size_t i = 0; i < count; i++)
        need += room_for(&values[i]);
    if (!make_room(params, need))
        return false;
    char *out = params->bytes;
    for (size_t i = 0; i < count; i++) {
        params->texts[i] = values[i].type == DB_NULL ? NULL : out;
        if (values[i].type != DB_NULL)
            out += put_value(out, &values[i]) + 1;
    }
    return true;
}
