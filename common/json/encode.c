// SPDX-License-Identifier: MIT
/* Encodes a struct as JSON text, by its table. Every reply with a resource is encoded here, so it
 * is one pass without an intermediate tree and without printf. */
#include <math.h>

#include "base/ascii.h"
#include "base/auto.h"
#include "base/date.h"
#include "base/now.h"
#include "base/uuid.h"
#include "json/decoding_private.h"

enum { DEGREE_PARTS = 10000000 /* seven decimals: a centimetre */, DEGREE_DECIMALS = 7 };
enum { TEXTS_BYTES_MAX = 65536 }; /* enough for 100 slugs of 64 and for 20 URLs of 500 */

static void append_separator(struct buf *out, size_t index)
{
    if (index > 0)
        buf_char(out, ',');
}

static void append_money(struct buf *out, int64_t tiyn)
{
    buf_slice(out, SLICE("{\"amount\":"));
    buf_i64(out, tiyn);
    buf_slice(out, SLICE(",\"currency\":\"KZT\"}"));
}

/* Writes text that needs no escaping. */
static void append_quoted_unescaped(struct buf *out, const char *text, size_t len)
{
    char *room = buf_reserve(out, len + 2);

    if (room == NULL)
        return;
    room[0] = '"';
    memcpy(room + 1, text, len);
    room[len + 1] = '"';
    buf_advance(out, len + 2);
}

/* Writes a date, a time or a UUID. */
static void append_date_time_or_uuid(struct buf *out, enum field_type type, const void *value)
{
    char text[UUID_TEXT_LEN + 1]; /* a UUID has the longest text */

    if (type == FIELD_DATE)
        date_format(*(const int32_t *)value, text);
    else if (type == FIELD_CLOCK)
        clock_format(*(const int32_t *)value, text);
    else if (type == FIELD_TIME)
        now_format_rfc3339(*(const int64_t *)value, text);
    else
        uuid_format(value, text);
    append_quoted_unescaped(out, text, strlen(text));
}

/* Writes fixed point without trailing zeros. */
static void append_degrees(struct buf *out, double degrees)
{
    int64_t parts = llround(fabs(degrees) * (double)DEGREE_PARTS);
    char digits[DEGREE_DECIMALS + 1];
    size_t len = sizeof digits;

    if (degrees < 0 && parts > 0)
        buf_char(out, '-');
    buf_i64(out, parts / DEGREE_PARTS);
    digits[0] = '.';
    ascii_format_digits(digits + 1, DEGREE_DECIMALS, parts);
    while (len > 1 && digits[len - 1] == '0')
        len--;
    if (len > 1)
        buf_append(out, digits, len);
}

static void append_geo(struct buf *out, const struct field_geo *geo)
{
    buf_slice(out, SLICE("{\"lat\":"));
    append_degrees(out, geo->lat);
    buf_slice(out, SLICE(",\"lon\":"));
    append_degrees(out, geo->lon);
    buf_char(out, '}');
}

static void append_texts(struct buf *out, const struct field_texts *texts)
{
    if (texts->json.at != NULL) {
        buf_slice(out, texts->json);
        return;
    }
    buf_char(out, '[');
    for (size_t i = 0; i < texts->count; i++) {
        append_separator(out, i);
        buf_json_string(out, texts->items[i]);
    }
    buf_char(out, ']');
}

static void append_uuids(struct buf *out, const struct field_uuids *uuids)
{
    buf_char(out, '[');
    for (size_t i = 0; i < uuids->count; i++) {
        append_separator(out, i);
        append_date_time_or_uuid(out, FIELD_UUID, &uuids->items[i]);
    }
    buf_char(out, ']');
}

static void append_ints(struct buf *out, const struct field_ints *ints)
{
    buf_char(out, '[');
    for (size_t i = 0; i < ints->count; i++) {
        append_separator(out, i);
        buf_i64(out, ints->items[i]);
    }
    buf_char(out, ']');
}

static void append_bit_set(struct buf *out, int64_t bit_set)
{
    const uint64_t bits = (uint64_t)bit_set;
    size_t count = 0;

    buf_char(out, '[');
    for (int digit = 0; digit < 63; digit++) {
        if ((bits >> digit & 1) == 0)
            continue;
        append_separator(out, count++);
        buf_i64(out, digit);
    }
    buf_char(out, ']');
}

static void append_custom(struct buf *out, const struct field *field, const void *value)
{
    if (field->encode != NULL)
        field->encode(value, out);
    else
        buf_slice(out, SLICE("null"));
}

static void append_value(struct buf *out, const struct field *field, const void *value,
                         bool in_list)
{
    const struct field_list *list = value;

    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_SLUG:
    case FIELD_URL:
    case FIELD_PHONE:
        buf_json_string(out, *(const struct slice *)value);
        return;
    case FIELD_RAW:
        buf_slice(out, *(const struct slice *)value);
        return;
    case FIELD_INT:
        buf_i64(out, *(const int64_t *)value);
        return;
    case FIELD_BOOL:
        buf_slice(out, *(const bool *)value ? SLICE("true") : SLICE("false"));
        return;
    case FIELD_MONEY:
        append_money(out, *(const int64_t *)value);
        return;
    case FIELD_DATE:
    case FIELD_CLOCK:
    case FIELD_TIME:
    case FIELD_UUID:
        append_date_time_or_uuid(out, field->type, value);
        return;
    case FIELD_GEO:
        append_geo(out, value);
        return;
    case FIELD_DEGREES:
        append_degrees(out, *(const double *)value);
        return;
    case FIELD_ENUM:
        buf_json_string(out, slice_of(field->names[*(const int *)value]));
        return;
    case FIELD_SLUGS:
    case FIELD_URLS:
    case FIELD_TEXTS:
        append_texts(out, value);
        return;
    case FIELD_UUIDS:
        append_uuids(out, value);
        return;
    case FIELD_INTS:
        append_ints(out, value);
        return;
    case FIELD_DIGITS:
        append_bit_set(out, *(const int64_t *)value);
        return;
    case FIELD_OBJECT:
        fields_encode(field->table, value, in_list, out);
        return;
    case FIELD_LIST:
        fields_encode_list(field->table, list->items, list->count, in_list, out);
        return;
    case FIELD_CUSTOM:
        append_custom(out, field, value);
    }
}

/* The text of an absent value: [] for a list that is not FIELD_NULLABLE, else null. */
static struct slice get_json_of_absent(const struct field *field)
{
    bool is_list = field->type == FIELD_SLUGS || field->type == FIELD_URLS ||
                   field->type == FIELD_TEXTS || field->type == FIELD_UUIDS ||
                   field->type == FIELD_DIGITS || field->type == FIELD_INTS ||
                   field->type == FIELD_LIST;

    return is_list && (field->flags & FIELD_NULLABLE) == 0 ? SLICE("[]") : SLICE("null");
}

/* Writes a member unless it is omitted. True if it was written. */
static bool append_member(struct buf *out, const struct field *field, const void *value,
                          bool in_list, bool is_first)
{
    size_t start = out->len;
    size_t value_start;

    if (value_is_absent(field, value)) {
        if ((field->flags & FIELD_OMIT) != 0)
            return false;
        buf_json_name(out, slice_of(field->name), is_first);
        buf_slice(out, get_json_of_absent(field));
        return true;
    }
    buf_json_name(out, slice_of(field->name), is_first);
    value_start = out->len;
    append_value(out, field, value, in_list);
    /* A custom value is absent if its encoder writes null: then the member is removed again. */
    if (field->type != FIELD_CUSTOM || (field->flags & FIELD_OMIT) == 0 || out->failed)
        return true;
    if (!slice_is((struct slice){out->data + value_start, out->len - value_start}, "null"))
        return true;
    out->len = start;
    return false;
}

void fields_encode_members(const struct fields *table, const void *value, bool in_list,
                           bool is_first, struct buf *out)
{
    unsigned left_out = FIELD_WRITE_ONLY | (in_list ? (unsigned)FIELD_DETAIL : 0U);

    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->items[i];
        if ((field->flags & left_out) != 0)
            continue;
        if (append_member(out, field, (const char *)value + field->offset, in_list, is_first))
            is_first = false;
    }
}

void fields_encode(const struct fields *table, const void *value, bool in_list, struct buf *out)
{
    buf_char(out, '{');
    fields_encode_members(table, value, in_list, true, out);
    buf_char(out, '}');
}

void fields_encode_list(const struct fields *table, const void *items, size_t count, bool in_list,
                        struct buf *out)
{
    buf_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        append_separator(out, i);
        fields_encode(table, (const char *)items + i * table->item_size, in_list, out);
    }
    buf_char(out, ']');
}

bool fields_keep_texts(const struct field_texts *texts, struct arena *arena, struct slice *out,
                       struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(TEXTS_BYTES_MAX);

    append_texts(&json, texts);
    return buf_keep(&json, arena, out, fault);
}
