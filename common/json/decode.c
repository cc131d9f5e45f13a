// SPDX-License-Identifier: MIT
/* Decodes a parsed body into a struct, by its table. Values are decoded into a copy, which replaces
 * the caller's struct only if no value was refused. */
#include <assert.h>

#include <jansson.h>

#include "json/body_private.h"
#include "json/decoding_private.h"

static void decode_value(struct decoding *decoding, const struct field *field, const json_t *value,
                         bool patch, void *out);
static void decode_members(struct decoding *decoding, const struct fields *table,
                           const json_t *object, bool patch, void *out, struct fields_seen *seen);

/* Reads the text of a string. Refuses any other value and returns false. */
static bool get_string_or_refuse(struct decoding *decoding, const json_t *value, struct slice *out)
{
    if (!json_is_string(value)) {
        value_refuse_type(decoding, "a string");
        return false;
    }
    *out = (struct slice){json_string_value(value), json_string_length(value)};
    return true;
}

static void decode_text(struct decoding *decoding, const struct field *field, const json_t *value,
                        void *out)
{
    struct slice text;

    if (get_string_or_refuse(decoding, value, &text))
        value_decode_text(decoding, field, text, out);
}

static void decode_int(struct decoding *decoding, const struct field *field, const json_t *value,
                       int64_t *out)
{
    if (json_is_integer(value))
        value_store_checked_i64(decoding, field, json_integer_value(value), out);
    else
        value_refuse_type(decoding, "a whole number");
}

static void decode_bool(struct decoding *decoding, const json_t *value, bool *out)
{
    if (json_is_boolean(value))
        *out = json_is_true(value);
    else
        value_refuse_type(decoding, "true or false");
}

/* Refuses all members of an object whose names are neither `first` nor `second`. */
static void refuse_other_members(struct decoding *decoding, const json_t *object, const char *first,
                                 const char *second)
{
    const char *name;
    const json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        size_t before;
        if (strcmp(name, first) == 0 || strcmp(name, second) == 0)
            continue;
        before = decoding_push_name(decoding, name);
        value_refuse(decoding, "unknown_field", "Is not known here");
        decoding_pop_path(decoding, before);
    }
}

/* Returns the member; NULL if it is missing or null. A missing member is refused unless
 * `may_be_missing`; null is always refused. */
static const json_t *get_member_or_refuse(struct decoding *decoding, const json_t *object,
                                          const char *name, bool may_be_missing)
{
    const json_t *member = json_object_get(object, name);

    if (member != NULL && !json_is_null(member))
        return member;
    if (member != NULL || !may_be_missing)
        value_refuse(decoding, "required", "Is required");
    return NULL;
}

static void decode_amount(struct decoding *decoding, const struct field *field,
                          const json_t *object, bool may_be_missing, int64_t *out)
{
    size_t before = decoding_push_name(decoding, "amount");
    const json_t *amount = get_member_or_refuse(decoding, object, "amount", may_be_missing);

    if (amount != NULL && json_is_integer(amount))
        value_store_checked_money(decoding, field, json_integer_value(amount), out);
    else if (amount != NULL)
        value_refuse_type(decoding, "a whole number of tiyn");
    decoding_pop_path(decoding, before);
}

static void check_currency(struct decoding *decoding, const json_t *object, bool may_be_missing)
{
    size_t before = decoding_push_name(decoding, "currency");
    const json_t *currency = get_member_or_refuse(decoding, object, "currency", may_be_missing);
    struct slice text;

    if (currency != NULL && get_string_or_refuse(decoding, currency, &text) &&
        !slice_is(text, "KZT"))
        value_refuse(decoding, "bad_currency", "Must be KZT");
    decoding_pop_path(decoding, before);
}

static void decode_money(struct decoding *decoding, const struct field *field, const json_t *value,
                         bool patch, int64_t *out)
{
    bool merge = patch && !value_is_absent(field, out);

    if (!json_is_object(value)) {
        value_refuse_type(decoding, "money: {\"amount\": tiyn, \"currency\": \"KZT\"}");
        return;
    }
    decode_amount(decoding, field, value, merge, out);
    check_currency(decoding, value, merge);
    refuse_other_members(decoding, value, "amount", "currency");
}

static void decode_degrees(struct decoding *decoding, const json_t *value, double degrees_max,
                           double *out)
{
    if (json_is_number(value))
        value_store_checked_degrees(decoding, json_number_value(value), degrees_max, out);
    else
        value_refuse_type(decoding, "a number");
}

static void decode_coordinate(struct decoding *decoding, const json_t *object, const char *name,
                              bool may_be_missing, double degrees_max, double *out)
{
    size_t before = decoding_push_name(decoding, name);
    const json_t *degrees = get_member_or_refuse(decoding, object, name, may_be_missing);

    if (degrees != NULL)
        decode_degrees(decoding, degrees, degrees_max, out);
    decoding_pop_path(decoding, before);
}

static void decode_geo(struct decoding *decoding, const struct field *field, const json_t *value,
                       bool patch, struct field_geo *out)
{
    bool merge = patch && !value_is_absent(field, out);

    if (!json_is_object(value)) {
        value_refuse_type(decoding, "a place: {\"lat\": degrees, \"lon\": degrees}");
        return;
    }
    decode_coordinate(decoding, value, "lat", merge, 90, &out->lat);
    decode_coordinate(decoding, value, "lon", merge, 180, &out->lon);
    refuse_other_members(decoding, value, "lat", "lon");
}

/* Allocates the items of a list. NULL if the value was refused, or if there is no memory. */
static void *alloc_items_for_array(struct decoding *decoding, const struct field *field,
                                   const json_t *value, size_t size)
{
    if (json_is_array(value))
        return decoding_alloc_items(decoding, field, json_array_size(value), size);
    value_refuse_type(decoding, "an array");
    return NULL;
}

static void decode_items(struct decoding *decoding, const struct field *item, const json_t *array,
                         char *items, size_t size)
{
    for (size_t i = 0; i < json_array_size(array) && !decoding->full; i++) {
        size_t before = decoding_push_index(decoding, i);
        value_set_absent(item, items + i * size);
        decode_value(decoding, item, json_array_get(array, i), false, items + i * size);
        decoding_pop_path(decoding, before);
    }
}

/* Decodes an array of numbers to a bit set. A repeated number counts once. An empty array is
 * refused, because it could mean "never" or "always". */
static void decode_bit_set(struct decoding *decoding, const struct field *field,
                           const json_t *value, int64_t *out)
{
    const struct field array = {.min = 1, .max = field->max + 1};
    const struct field digit = {.type = FIELD_INT, .min = field->min, .max = field->max};
    int64_t *digits = alloc_items_for_array(decoding, &array, value, sizeof *digits);
    uint64_t bits = 0;

    assert(field->min >= 0 && field->max > 0 && field->max < 63);
    if (digits == NULL)
        return;
    decode_items(decoding, &digit, value, (char *)digits, sizeof *digits);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (digits[i] != FIELD_ABSENT)
            bits |= UINT64_C(1) << digits[i];
    *out = (int64_t)bits;
}

static void decode_list(struct decoding *decoding, const struct field *field, const json_t *value,
                        void *out)
{
    const bool in_rows = (field->flags & FIELD_ROWS) != 0;
    const struct field object = {.type = FIELD_OBJECT, .table = field->table};
    const struct field row = {.type = FIELD_LIST, .table = field->table, .max = field->max};
    bool is_list = field->type == FIELD_LIST;
    const struct field *item = in_rows ? &row : is_list ? &object : value_get_item_field(field);
    size_t size = item == &object ? field->table->item_size : value_size(item->type);
    size_t count = json_array_size(value);
    void *items = alloc_items_for_array(decoding, field, value, size);

    assert(size > 0);
    if (items == NULL)
        return;
    decode_items(decoding, item, value, items, size);
    if (is_list)
        *(struct field_list *)out = (struct field_list){items, count};
    else if (field->type == FIELD_UUIDS)
        *(struct field_uuids *)out = (struct field_uuids){items, count};
    else if (field->type == FIELD_INTS)
        *(struct field_ints *)out = (struct field_ints){items, count};
    else
        *(struct field_texts *)out = (struct field_texts){.items = items, .count = count};
}

/* Decodes an object. A patch is merged into the present object (RFC 7396). If the present object is
 * absent, the patch must have every required member. */
static void decode_object(struct decoding *decoding, const struct field *field, const json_t *value,
                          bool patch, void *out)
{
    if (json_is_object(value))
        decode_members(decoding, field->table, value,
                       patch && !fields_are_absent(field->table, out), out, NULL);
    else
        value_refuse_type(decoding, "an object");
}

static void decode_value(struct decoding *decoding, const struct field *field, const json_t *value,
                         bool patch, void *out)
{
    if (value_is_single_text(field->type))
        decode_text(decoding, field, value, out);
    else if (field->type == FIELD_INT)
        decode_int(decoding, field, value, out);
    else if (field->type == FIELD_BOOL)
        decode_bool(decoding, value, out);
    else if (field->type == FIELD_MONEY)
        decode_money(decoding, field, value, patch, out);
    else if (field->type == FIELD_GEO)
        decode_geo(decoding, field, value, patch, out);
    else if (field->type == FIELD_DEGREES)
        decode_degrees(decoding, value, (double)field->max, out);
    else if (field->type == FIELD_DIGITS)
        decode_bit_set(decoding, field, value, out);
    else if (field->type == FIELD_OBJECT)
        decode_object(decoding, field, value, patch, out);
    else if (field->type == FIELD_TIME || field->type == FIELD_RAW)
        value_refuse(decoding, "read_only", "Cannot be set");
    else
        decode_list(decoding, field, value, out);
}

static void decode_null(struct decoding *decoding, const struct field *field, void *out)
{
    if ((field->flags & FIELD_REQUIRED) != 0)
        value_refuse(decoding, "required", "Is required");
    else if ((field->flags & FIELD_NULLABLE) != 0)
        value_set_absent(field, out);
    else
        value_refuse(decoding, "wrong_type", "Must not be null");
}

static void decode_member(struct decoding *decoding, const struct fields *table, const char *name,
                          const json_t *value, bool patch, void *out, struct fields_seen *seen)
{
    size_t before = decoding_push_name(decoding, name);
    size_t index;
    const struct field *field = fields_find(table, slice_of(name), &index);

    if (field == NULL) {
        value_refuse(decoding, "unknown_field", "Is not known here");
    } else if ((field->flags & FIELD_READ_ONLY) != 0) {
        value_refuse(decoding, "read_only", "Cannot be set");
    } else if (json_is_null(value)) {
        seen->null |= UINT64_C(1) << index;
        decode_null(decoding, field, (char *)out + field->offset);
    } else {
        seen->set |= UINT64_C(1) << index;
        decode_value(decoding, field, value, patch, (char *)out + field->offset);
    }
    decoding_pop_path(decoding, before);
}

static void check_required_members(struct decoding *decoding, const struct fields *table,
                                   const struct fields_seen *seen)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t before;
        if ((table->items[i].flags & FIELD_REQUIRED) == 0 ||
            ((seen->set | seen->null) >> i & 1) != 0)
            continue;
        before = decoding_push_name(decoding, table->items[i].name);
        value_refuse(decoding, "required", "Is required");
        decoding_pop_path(decoding, before);
    }
}

static void decode_members(struct decoding *decoding, const struct fields *table,
                           const json_t *object, bool patch, void *out, struct fields_seen *seen)
{
    struct fields_seen inner = {0, 0};
    const char *name;
    const json_t *value;

    assert(table->count <= FIELDS_MAX);
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        if (decoding->full)
            return;
        decode_member(decoding, table, name, value, patch, out, &inner);
    }
    if (!patch)
        check_required_members(decoding, table, &inner);
    if (seen != NULL)
        *seen = inner;
}

bool fields_decode_body(const struct fields *table, const struct json_body *body, bool patch,
                        void *out, struct fields_seen *seen, struct arena *arena,
                        struct fault *fault)
{
    const json_t *value = body != NULL ? body->value : NULL;
    struct decoding decoding;

    if (value != NULL && !json_is_object(value))
        return fault_set(fault, FAULT_INVALID, "not_an_object", "The body must be a JSON object");
    if (!decoding_begin(&decoding, table, out, arena, fault))
        return false;
    decode_members(&decoding, table, value, patch, decoding.copy, &decoding.seen);
    return decoding_end(&decoding, table, out, seen, fault);
}

bool fields_decode(const struct fields *table, struct slice body, bool patch, void *out,
                   struct fields_seen *seen, struct arena *arena, struct fault *fault)
{
    struct json_body *parsed = NULL;
    bool ok;

    if (!fields_parse(body, true, &parsed, arena, fault))
        return false;
    ok = fields_decode_body(table, parsed, patch, out, seen, arena, fault);
    fields_parse_finish(parsed);
    return ok;
}
