// SPDX-License-Identifier: MIT
/* JSON of other programs. The first byte selects the table; the rest is the text. jansson is the
 * reference, in both directions. A text that jansson accepts as an object is accepted and has the
 * same values. A text that is accepted here is also accepted by jansson, after its invalid escapes
 * have been replaced. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"

#include "fuzz.h"
#include "update.h"

enum { ARENA_LIMIT = 1 << 24 };

static void agree_object(const struct foreign *table, const char *value, const json_t *json);

static void agree_text(struct slice text, const json_t *json)
{
    PROMISE((text.at != NULL) == json_is_string(json));
    if (text.at != NULL)
        PROMISE(
            slice_equal(text, (struct slice){json_string_value(json), json_string_length(json)}));
}

static void agree_double(double value, const json_t *json)
{
    PROMISE(isnan(value) == !json_is_number(json));
    if (!isnan(value))
        PROMISE(value == json_number_value(json));
}

static void agree_raw(struct slice raw, const json_t *json)
{
    json_t *again;

    PROMISE((raw.at != NULL) == (json != NULL && !json_is_null(json)));
    if (raw.at == NULL)
        return;
    again = json_loadb(raw.at, raw.len, JSON_DECODE_ANY, NULL);
    PROMISE(again != NULL && json_equal(again, json));
    json_decref(again);
}

static void agree_value(const struct foreign_member *member, const char *value, const json_t *json);

static void agree_list(const struct foreign_member *member, const struct foreign_list *list,
                       const json_t *json)
{
    static const struct {
        enum foreign_type type;
        size_t size;
    } items[] = {
        [FOREIGN_LIST] = {FOREIGN_OBJECT, 0                   },
        [FOREIGN_TEXTS] = {FOREIGN_TEXT,   sizeof(struct slice)},
        [FOREIGN_INTS] = {FOREIGN_INT,    sizeof(int64_t)     },
        [FOREIGN_DOUBLES] = {FOREIGN_DOUBLE, sizeof(double)      },
    };
    const struct foreign_member item = {.type = items[member->type].type, .table = member->table};
    const size_t size =
        member->type == FOREIGN_LIST ? member->table->size : items[member->type].size;

    PROMISE((list->items != NULL) == json_is_array(json));
    PROMISE(list->count + list->left_out == json_array_size(json));
    PROMISE(list->count <= member->max && (list->left_out == 0 || list->count == member->max));
    for (size_t i = 0; i < list->count; i++)
        agree_value(&item, (const char *)list->items + i * size, json_array_get(json, i));
}

static void agree_value(const struct foreign_member *member, const char *value, const json_t *json)
{
    const void *at = value;

    switch (member->type) {
    case FOREIGN_TEXT:
        agree_text(*(const struct slice *)at, json);
        break;
    case FOREIGN_INT:
        PROMISE(*(const int64_t *)at ==
                (json_is_integer(json) ? json_integer_value(json) : FIELD_ABSENT));
        break;
    case FOREIGN_DOUBLE:
        agree_double(*(const double *)at, json);
        break;
    case FOREIGN_BOOL:
        PROMISE(*(const bool *)at == json_is_true(json));
        break;
    case FOREIGN_RAW:
        agree_raw(*(const struct slice *)at, json);
        break;
    case FOREIGN_OBJECT:
        agree_object(member->table, value, json);
        break;
    case FOREIGN_LIST:
    case FOREIGN_TEXTS:
    case FOREIGN_INTS:
    case FOREIGN_DOUBLES:
        agree_list(member, at, json);
        break;
    }
}

/* `json`: NULL or another type than an object means that every member is absent. */
static void agree_object(const struct foreign *table, const char *value, const json_t *json)
{
    if (table->here != FOREIGN_NOWHERE)
        PROMISE(*(const bool *)(value + table->here) == json_is_object(json));
    for (size_t i = 0; i < table->count; i++)
        agree_value(&table->items[i], value + table->items[i].offset,
                    json_object_get(json, table->items[i].name));
}

/* Reading as a raw value replaces invalid escapes, so jansson may refuse only numbers that are too
 * large for it. */
static void check_raw(struct slice text, struct arena *arena)
{
    struct slice whole = arena_printf(arena, "{\"result\":%.*s}", SLICE_ARG(text));
    struct answer answer;
    json_error_t error;
    struct fault fault;
    json_t *json;

    if (!foreign_read(&answer_table, whole, &answer, arena, &fault)) {
        PROMISE(strstr(fault.detail, "too deep") != NULL);
        return;
    }
    PROMISE(answer.result.at != NULL && text_is_utf8(answer.result));
    json = json_loadb(answer.result.at, answer.result.len, 0, &error);
    PROMISE(json != NULL || json_error_code(&error) == json_error_numeric_overflow);
    json_decref(json);
}

static void check_leading(struct slice text, const json_t *json)
{
    int64_t id = 17;

    if (!foreign_leading_int(text, "update_id", &id))
        PROMISE(id == 17);
    else if (json != NULL)
        PROMISE(json_object_get(json, "update_id") != NULL);
}

/* Returns NULL if the text is not JSON. jansson 2.14 ignores a NUL byte after a number, so such
 * texts are not compared. */
static json_t *load(struct slice text)
{
    if (memchr(text.at, '\0', text.len) != NULL)
        return NULL;
    return json_loadb(text.at, text.len, 0, NULL);
}

static void try_table(const struct foreign *table, void *value, struct slice text,
                      struct arena *arena)
{
    json_t *json = load(text);
    struct fault fault = {.code = ""};
    bool accepted;

    memset(value, 0xee, table->size);
    accepted = foreign_read(table, text, value, arena, &fault);
    if (json_is_object(json))
        check_leading(text, json);
    if (accepted) {
        if (json != NULL)
            agree_object(table, value, json);
        check_raw(text, arena);
    } else {
        PROMISE(strcmp(fault.code, "bad_json") == 0 && text_is_utf8(slice_of(fault.detail)));
        for (size_t i = 0; i < table->size; i++)
            PROMISE(((const unsigned char *)value)[i] == 0xee);
        PROMISE(!json_is_object(json) || strstr(fault.detail, "too deep") != NULL ||
                strstr(fault.detail, "too long") != NULL);
    }
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct update update;
    struct answer answer;
    struct slice text;
    struct arena arena;

    if (size == 0)
        return 0;
    text = (struct slice){(const char *)data + 1, size - 1};
    arena_init(&arena, ARENA_LIMIT);
    if (data[0] == 'u')
        try_table(&update_table, &update, text, &arena);
    else
        try_table(&answer_table, &answer, text, &arena);
    check_leading(text, NULL);
    arena_finish(&arena);
    return 0;
}
