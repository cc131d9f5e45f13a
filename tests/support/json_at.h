// SPDX-License-Identifier: MIT
/* Members of JSON by their path, such as "driver.name" or "items.0.id", and checks of them. A
 * missing value is NULL; a missing number or array is a failure. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>
#include <jansson.h>

static inline json_t *value_at(const json_t *json, const char *path)
{
    json_t *found;
    char key[80];

    do {
        const size_t len = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)len, path);
        found = json_is_array(json) ? json_array_get(json, (size_t)atoi(key))
                                    : json_object_get(json, key);
        json = found;
        path += len + (path[len] == '.');
    } while (found != NULL && *path != '\0');
    return found;
}

static inline const char *text_at(const json_t *json, const char *path)
{
    return json_string_value(value_at(json, path));
}

static inline long long number_at(const json_t *json, const char *path)
{
    const json_t *found = value_at(json, path);

    ck_assert_msg(json_is_integer(found), "%s is not a whole number", path);
    return json_integer_value(found);
}

static inline size_t count_at(const json_t *json, const char *path)
{
    const json_t *found = value_at(json, path);

    ck_assert_msg(json_is_array(found), "%s is not an array", path);
    return json_array_size(found);
}

#define ck_text(json, path, wanted)   ck_assert_str_eq(text_at(json, path), wanted)
#define ck_number(json, path, wanted) ck_assert_int_eq(number_at(json, path), wanted)
/* Items of an array. */
#define ck_count(json, path, wanted) ck_assert_uint_eq(count_at(json, path), wanted)
