// SPDX-License-Identifier: MIT
/* Decodes query parameters by the tables of bodies. Each parameter is one text and may occur
 * once. */
#include <assert.h>

#include "base/ascii.h"
#include "base/parse.h"
#include "json/decoding_private.h"

enum { BIT_MAX = 62, ENUM_BIT_MAX = 30 };

static size_t count_comma_items(struct slice text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == ',';
    return count;
}

static bool is_integer_text(struct slice text)
{
    size_t i = text.len > 0 && text.at[0] == '-' ? 1 : 0;

    if (i == text.len)
        return false;
    for (; i < text.len; i++)
        if (!ascii_is_digit(text.at[i]))
            return false;
    return true;
}

/* Reads an integer. A number beyond 64 bits becomes FIELD_ABSENT, which is outside of every range.
 * So such a number is refused as out of range, not as a wrong type. */
static bool parse_integer_or_refuse(struct decoding *decoding, struct slice text, int64_t *out)
{
    if (!is_integer_text(text)) {
        value_refuse_type(decoding, "a whole number");
        return false;
    }
    if (!parse_i64(text, INT64_MIN, INT64_MAX, out))
        *out = FIELD_ABSENT;
    return true;
}

static void decode_number(struct decoding *decoding, const struct field *field, struct slice text,
                          void *out)
{
    int64_t value;

    if (!parse_integer_or_refuse(decoding, text, &value))
        return;
    if (field->type == FIELD_MONEY)
        value_store_checked_money(decoding, field, value, out);
    else
        value_store_checked_i64(decoding, field, value, out);
}

/* Reads "1,3" as bits 1 and 3. */
static void decode_int_bits(struct decoding *decoding, const struct field *field, struct slice text,
                            void *out)
{
    int64_t bits = 0;

    assert(field->min >= 0 && field->max <= BIT_MAX);
    while (text.at != NULL) {
        int64_t value = 0;
        struct slice part = slice_cut(&text, ',');
        if (!parse_integer_or_refuse(decoding, part, &value))
            return;
        if (value < field->min || value > field->max) {
            value_store_checked_i64(decoding, field, value, &value);
            return;
        }
        bits |= INT64_C(1) << value;
    }
    *(int64_t *)out = bits;
}

static void decode_enum_bits(struct decoding *decoding, const struct field *field,
                             struct slice text, void *out)
{
    int bits = 0;

    while (text.at != NULL) {
        int index = FIELD_ENUM_ABSENT;
        value_decode_text(decoding, field, slice_cut(&text, ','), &index);
        if (index < 0)
            return;
        assert(index <= ENUM_BIT_MAX);
        bits |= 1 << index;
    }
    *(int *)out = bits;
}

static void decode_bool(struct decoding *decoding, struct slice text, void *out)
{
    if (!parse_bool(text, out))
        value_refuse_type(decoding, "true or false");
}

/* Reads "43.24,76.91" as latitude and longitude. */
static void decode_geo(struct decoding *decoding, struct slice text, void *out)
{
    struct slice lat_text = slice_cut(&text, ',');
    double lat, lon;
    struct field_geo *geo = out;

    if (!parse_double(lat_text, -1e9, 1e9, &lat) || !parse_double(text, -1e9, 1e9, &lon)) {
        value_refuse_type(decoding, "a place as lat,lon");
        return;
    }
    value_store_checked_degrees(decoding, lat, 90, &geo->lat);
    value_store_checked_degrees(decoding, lon, 180, &geo->lon);
}

static void decode_texts(struct decoding *decoding, const struct field *field, struct slice text,
                         void *out)
{
    size_t count = count_comma_items(text);
    struct slice *items = decoding_alloc_items(decoding, field, count, sizeof *items);

    if (items == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        value_decode_text(decoding, value_get_item_field(field), slice_cut(&text, ','), &items[i]);
    *(struct field_texts *)out = (struct field_texts){.items = items, .count = count};
}

static void decode_parameter(struct decoding *decoding, const struct field *field,
                             struct slice text, void *out)
{
    bool comma = (field->flags & FIELD_COMMA) != 0;

    if (!value_make_typed(decoding, field, &text))
        return;
    if (field->type == FIELD_INT && comma)
        decode_int_bits(decoding, field, text, out);
    else if (field->type == FIELD_INT || field->type == FIELD_MONEY)
        decode_number(decoding, field, text, out);
    else if (field->type == FIELD_ENUM && comma)
        decode_enum_bits(decoding, field, text, out);
    else if (field->type == FIELD_BOOL)
        decode_bool(decoding, text, out);
    else if (field->type == FIELD_GEO)
        decode_geo(decoding, text, out);
    else if (field->type == FIELD_SLUGS || field->type == FIELD_URLS || field->type == FIELD_TEXTS)
        decode_texts(decoding, field, text, out);
    else if (field->type == FIELD_RAW)
        *(struct slice *)out = text;
    else if (value_is_single_text(field->type))
        value_decode_text(decoding, field, text, out);
    else
        value_refuse(decoding, "unknown_parameter", "Is not known here");
}

static void decode_pair(struct decoding *decoding, const struct fields *table,
                        const struct field_pair *pair)
{
    /* The refusal quotes the name, which may have any byte, so it is cut at a whole character. */
    char name[FAULT_FIELD_MAX] = "";
    size_t len = slice_prefix_len(pair->name, sizeof name - 1);
    const struct field *field;
    size_t index, before;

    if (len > 0)
        memcpy(name, pair->name.at, len);
    before = decoding_push_name(decoding, name);
    field = fields_find(table, pair->name, &index);
    if (field == NULL || (field->flags & FIELD_READ_ONLY) != 0) {
        value_refuse(decoding, "unknown_parameter", "Is not known here");
    } else if ((decoding->seen.set >> index & 1) != 0) {
        value_refuse(decoding, "repeated_parameter", "May come only once");
    } else {
        struct slice value = pair->value.at != NULL ? pair->value : SLICE("");
        decoding->seen.set |= UINT64_C(1) << index;
        decode_parameter(decoding, field, value, (char *)decoding->copy + field->offset);
    }
    decoding_pop_path(decoding, before);
}

bool fields_decode_query(const struct fields *table, const struct field_pair *pairs, size_t count,
                         void *out, struct fields_seen *seen, struct arena *arena,
                         struct fault *fault)
{
    struct decoding decoding;

    if (!decoding_begin(&decoding, table, out, arena, fault))
        return false;
    for (size_t i = 0; i < count && !decoding.full; i++)
        decode_pair(&decoding, table, &pairs[i]);
    for (size_t i = 0; i < table->count; i++)
        if ((table->items[i].flags & FIELD_REQUIRED) != 0 && (decoding.seen.set >> i & 1) == 0)
            fault_list_add(&decoding.problems, table->items[i].name, "required", "Is required");
    return decoding_end(&decoding, table, out, seen, fault);
}
