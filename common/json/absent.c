// SPDX-License-Identifier: MIT
/* Absent values of each type (fields.h). */
#include <math.h>

#include "base/uuid.h"
#include "json/decoding_private.h"

bool fields_are_absent(const struct fields *table, const void *value)
{
    for (size_t i = 0; i < table->count; i++)
        if (!value_is_absent(&table->items[i], (const char *)value + table->items[i].offset))
            return false;
    return true;
}

bool value_is_absent(const struct field *field, const void *value)
{
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_SLUG:
    case FIELD_URL:
    case FIELD_PHONE:
    case FIELD_RAW:
        return ((const struct slice *)value)->at == NULL;
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_TIME:
        return *(const int64_t *)value == FIELD_ABSENT;
    case FIELD_DATE:
    case FIELD_CLOCK:
        return *(const int32_t *)value == FIELD_ABSENT32;
    case FIELD_UUID:
        return uuid_is_nil(value);
    case FIELD_GEO:
        return isnan(((const struct field_geo *)value)->lat);
    case FIELD_DEGREES:
        return isnan(*(const double *)value);
    case FIELD_ENUM:
        return *(const int *)value < 0;
    case FIELD_SLUGS:
    case FIELD_URLS:
    case FIELD_TEXTS:
        return ((const struct field_texts *)value)->items == NULL &&
               ((const struct field_texts *)value)->json.at == NULL;
    case FIELD_UUIDS:
        return ((const struct field_uuids *)value)->items == NULL;
    case FIELD_INTS:
        return ((const struct field_ints *)value)->items == NULL;
    case FIELD_DIGITS:
        return *(const int64_t *)value == 0;
    case FIELD_LIST:
        return ((const struct field_list *)value)->items == NULL;
    case FIELD_OBJECT:
        return fields_are_absent(field->table, value);
    case FIELD_BOOL:
        return (field->flags & FIELD_OMIT) != 0 && !*(const bool *)value;
    case FIELD_CUSTOM:
        return false;
    }
    return false;
}

size_t value_size(enum field_type type)
{
    static const size_t sizes[FIELD_CUSTOM + 1] = {
        [FIELD_TEXT] = sizeof(struct slice),
        [FIELD_SLUG] = sizeof(struct slice),
        [FIELD_URL] = sizeof(struct slice),
        [FIELD_PHONE] = sizeof(struct slice),
        [FIELD_RAW] = sizeof(struct slice),
        [FIELD_UUID] = sizeof(struct uuid),
        [FIELD_SLUGS] = sizeof(struct field_texts),
        [FIELD_URLS] = sizeof(struct field_texts),
        [FIELD_TEXTS] = sizeof(struct field_texts),
        [FIELD_UUIDS] = sizeof(struct field_uuids),
        [FIELD_DIGITS] = sizeof(int64_t),
        [FIELD_LIST] = sizeof(struct field_list),
        [FIELD_BOOL] = sizeof(bool),
        [FIELD_INTS] = sizeof(struct field_ints),
        [FIELD_INT] = sizeof(int64_t),
    };

    return sizes[type];
}

void fields_clear(const struct fields *table, void *out)
{
    memset(out, 0, table->item_size);
    for (size_t i = 0; i < table->count; i++)
        if (table->items[i].type != FIELD_CUSTOM)
            value_set_absent(&table->items[i], (char *)out + table->items[i].offset);
}

void value_set_absent(const struct field *field, void *value)
{
    const char *code = NULL;
    const char *detail = NULL;

    switch (field->type) {
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_TIME:
        *(int64_t *)value = FIELD_ABSENT;
        return;
    case FIELD_DATE:
    case FIELD_CLOCK:
        *(int32_t *)value = FIELD_ABSENT32;
        return;
    case FIELD_GEO:
        *(struct field_geo *)value = (struct field_geo){(double)NAN, (double)NAN};
        return;
    case FIELD_DEGREES:
        *(double *)value = (double)NAN;
        return;
    case FIELD_ENUM:
        *(int *)value = FIELD_ENUM_ABSENT;
        return;
    case FIELD_OBJECT:
        for (size_t i = 0; i < field->table->count; i++)
            value_set_absent(&field->table->items[i],
                             (char *)value + field->table->items[i].offset);
        return;
    case FIELD_CUSTOM:
        if (field->decode != NULL)
            (void)!field->decode(SLICE_NONE, value, &code, &detail);
        return;
    default:
        memset(value, 0, value_size(field->type));
    }
}
