// SPDX-License-Identifier: MIT
/* Compares the bounds of numbers, texts and money, and the values of enums, in an OpenAPI document
 * with a field table. */
#pragma once

#include "json/fields.h"

#include "support/json_at.h"

/* The schema that a reference names; of `anyOf: [schema, null]` the first one. */
static inline const json_t *openapi_resolve(const json_t *document, const json_t *schema)
{
    const char *reference = text_at(schema, "$ref");
    const json_t *first = value_at(schema, "anyOf.0");

    if (reference != NULL)
        return openapi_resolve(document, json_object_get(value_at(document, "components.schemas"),
                                                         strrchr(reference, '/') + 1));
    return value_at(schema, "properties") == NULL && first != NULL
               ? openapi_resolve(document, first)
               : schema;
}

static inline void ck_bound(const json_t *schema, const char *keyword, int64_t wanted,
                            const char *name)
{
    const json_t *bound = json_object_get(schema, keyword);

    ck_assert_msg(json_is_integer(bound) && json_integer_value(bound) == wanted,
                  "%s: %s is not %lld", name, keyword, (long long)wanted);
}

/* Whether the schema accepts the text: as one of its enum, or as its only value. */
static inline bool openapi_accepts(const json_t *schema, const char *text)
{
    const json_t *names = value_at(schema, "enum");
    const char *only = text_at(schema, "const");

    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (name != NULL && strcmp(name, text) == 0)
            return true;
    }
    return only != NULL && strcmp(only, text) == 0;
}

/* Fields without a maximum in the table are those of answers. A pattern bounds its text. */
static inline void ck_bounds(const json_t *document, const json_t *described,
                             const struct fields *table)
{
    const json_t *properties = value_at(openapi_resolve(document, described), "properties");

    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->items[i];
        const json_t *schema = openapi_resolve(document, json_object_get(properties, field->name));
        if (field->flags & FIELD_READ_ONLY)
            continue;
        ck_assert_msg(schema != NULL, "%s is not described", field->name);
        while (field->type == FIELD_LIST && value_at(schema, "items") != NULL)
            schema = openapi_resolve(document, value_at(schema, "items"));
        if (field->table != NULL)
            ck_bounds(document, schema, field->table);
        else if (field->type == FIELD_TEXT && field->max > 0 && value_at(schema, "pattern") == NULL)
            ck_bound(schema, "maxLength", field->max, field->name);
        for (size_t name = 0; field->type == FIELD_ENUM && field->names[name] != NULL; name++)
            ck_assert_msg(openapi_accepts(schema, field->names[name]), "%s: %s is not described",
                          field->name, field->names[name]);
        if (field->type == FIELD_MONEY)
            schema = value_at(schema, "properties.amount");
        if ((field->type == FIELD_INT || field->type == FIELD_MONEY) && field->max > 0) {
            ck_bound(schema, "minimum", field->min, field->name);
            ck_bound(schema, "maximum", field->max, field->name);
        }
    }
}
