// SPDX-License-Identifier: MIT
#include <assert.h>
#include <math.h>

#include "base/auto.h"
#include "base/date.h"
#include "base/parse.h"
#include "json/body_private.h"
#include "json/foreign.h"

/* Position of a value in the text. The text of a value, which jansson does not keep, is searched
 * only for FOREIGN_RAW. */
struct place {
    struct place *parent; /* NULL: this place is the whole text */
    const char *path;     /* in an object; NULL: the place is item `index` of an array */
    size_t index;
    struct slice text; /* absent if not yet searched */
    struct slice rest; /* of an array: the text from item `next` on */
    size_t next;
};

struct foreign_reader {
    struct arena *arena;
    bool full; /* the arena is full */
};

/* Removes the next value or name from the inside of an object or array and returns it; its length
 * is 0 at the end. jansson has already checked the text. */
static struct slice cut_value_or_name(struct slice *rest)
{
    struct slice value;
    bool quoted = false;
    int depth = 0;

    while (rest->len > 0 && memchr(" \t\r\n,:", *rest->at, 6) != NULL)
        *rest = slice_from(*rest, 1);
    value = (struct slice){rest->at, 0};
    for (; value.len < rest->len; value.len++) {
        const char c = rest->at[value.len];
        if (c == '"')
            quoted = !quoted;
        else if (quoted)
            value.len += c == '\\';
        else if (depth == 0 && memchr(" \t\r\n,:]}", c, 8) != NULL)
            break;
        else if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
    }
    *rest = slice_from(*rest, value.len);
    return value;
}

/* True if `quoted`, which has its quotes, is the JSON string of `name`. */
static bool is_json_string_of(struct slice quoted, struct slice name)
{
    json_auto_t *text = NULL;

    if (memchr(quoted.at, '\\', quoted.len) == NULL)
        return slice_equal((struct slice){quoted.at + 1, quoted.len - 2}, name);
    text = json_loadb(quoted.at, quoted.len, JSON_DECODE_ANY, NULL);
    return text != NULL && slice_is(name, json_string_value(text));
}

static struct slice find_member(struct slice object, struct slice name)
{
    struct slice rest = slice_from(object, 1);
    struct slice found = SLICE_NONE;

    for (;;) {
        const struct slice key = cut_value_or_name(&rest);
        const struct slice value = cut_value_or_name(&rest);
        if (key.len == 0)
            return found;
        if (is_json_string_of(key, name))
            found = value;
    }
}

/* Returns the text of the value at `place`. jansson has found the value, so the text is absent only
 * if is_json_string_of() had no memory. */
static struct slice find_text_of_place(struct place *place)
{
    struct place *parent = place->parent;

    if (place->text.at != NULL || find_text_of_place(parent).at == NULL)
        return place->text;
    if (place->path != NULL) {
        place->text = parent->text;
        for (struct slice path = slice_of(place->path); path.len > 0 && place->text.at != NULL;)
            place->text = find_member(place->text, slice_cut(&path, '/'));
        return place->text;
    }
    if (parent->rest.at == NULL)
        parent->rest = slice_from(parent->text, 1);
    for (; parent->next <= place->index; parent->next++)
        place->text = cut_value_or_name(&parent->rest);
    return place->text;
}

static void *alloc_in_arena(struct foreign_reader *reader, size_t size)
{
    void *room = arena_alloc(reader->arena, size);

    reader->full |= room == NULL;
    return room;
}

static struct slice get_borrowed_text(const json_t *value)
{
    return json_is_string(value)
               ? (struct slice){json_string_value(value), json_string_length(value)}
               : SLICE("");
}

static struct slice copy_text(struct foreign_reader *reader, const json_t *value)
{
    struct slice copy = SLICE_NONE;

    if (json_is_string(value)) {
        copy = arena_copy(reader->arena, get_borrowed_text(value));
        reader->full |= copy.at == NULL;
    }
    return copy;
}

static void read_value(struct foreign_reader *reader, const struct foreign_member *member,
                       const json_t *value, struct place *place, void *out);

static struct foreign_list read_list(struct foreign_reader *reader,
                                     const struct foreign_member *member, const json_t *value,
                                     struct place *place)
{
    static const struct {
        enum foreign_type type;
        size_t size;
    } items[] = {
        [FOREIGN_LIST] = {FOREIGN_OBJECT, 0                   },
        [FOREIGN_TEXTS] = {FOREIGN_TEXT,   sizeof(struct slice)},
        [FOREIGN_DOUBLES] = {FOREIGN_DOUBLE, sizeof(double)      },
    };
    const struct foreign_member item = {.type = items[member->type].type, .table = member->table};
    const size_t size =
        member->type == FOREIGN_LIST ? member->table->size : items[member->type].size;
    const size_t all = json_array_size(value);
    struct foreign_list list = {.count = all < member->max ? all : member->max};

    assert(member->max > 0);
    if (!json_is_array(value))
        return list;
    list.left_out = all - list.count;
    list.items = alloc_in_arena(reader, list.count * size);
    for (size_t i = 0; i < list.count && !reader->full; i++)
        read_value(reader, &item, json_array_get(value, i),
                   &(struct place){.parent = place, .index = i}, (char *)list.items + i * size);
    return list;
}

static const json_t *find_value_at_path(const json_t *value, const char *path)
{
    for (struct slice rest = slice_of(path); rest.len > 0;) {
        const struct slice next = slice_cut(&rest, '/');
        value = json_object_getn(value, next.at, next.len);
    }
    return value;
}

/* Reads an object into `out`, which must be zeroed. */
static void read_object(struct foreign_reader *reader, const struct foreign *table,
                        const json_t *object, struct place *place, char *out)
{
    if (table->here != FOREIGN_NOWHERE)
        *(bool *)(out + table->here) = json_is_object(object);
    for (size_t i = 0; i < table->count && !reader->full; i++) {
        const struct foreign_member *member = &table->items[i];
        read_value(reader, member, find_value_at_path(object, member->name),
                   &(struct place){.parent = place, .path = member->name}, out + member->offset);
    }
}

/* Reads a value into `out`, which must be zeroed. `value` is NULL if it is missing. */
static void read_value(struct foreign_reader *reader, const struct foreign_member *member,
                       const json_t *value, struct place *place, void *out)
{
    switch (member->type) {
    case FOREIGN_TEXT:
        *(struct slice *)out = copy_text(reader, value);
        break;
    case FOREIGN_INT:
        *(int64_t *)out = json_is_integer(value) ? json_integer_value(value) : FIELD_ABSENT;
        break;
    case FOREIGN_DOUBLE:
        *(double *)out = json_is_number(value) ? json_number_value(value) : (double)NAN;
        break;
    case FOREIGN_BOOL:
        *(bool *)out = json_is_true(value);
        break;
    case FOREIGN_UUID:
        if (!uuid_parse(get_borrowed_text(value), out))
            *(struct uuid *)out = (struct uuid){0};
        break;
    case FOREIGN_DATE:
        if (!date_parse(get_borrowed_text(value), out))
            *(int32_t *)out = DATE_ABSENT;
        break;
    case FOREIGN_TIME:
        if (!parse_timestamp(get_borrowed_text(value), out))
            *(int64_t *)out = FIELD_ABSENT;
        break;
    case FOREIGN_PRESENT:
        *(bool *)out = value != NULL && !json_is_null(value);
        break;
    case FOREIGN_RAW:
        if (value != NULL && !json_is_null(value))
            *(struct slice *)out = find_text_of_place(place);
        break;
    case FOREIGN_OBJECT:
        read_object(reader, member->table, value, place, out);
        break;
    case FOREIGN_LIST:
    case FOREIGN_TEXTS:
    case FOREIGN_DOUBLES:
        *(struct foreign_list *)out = read_list(reader, member, value, place);
        break;
    }
}

/* Rewrites JSON that jansson has refused, by value_repair_json() in the arena, and parses the
 * result. */
static bool repair_and_parse(struct slice *text, json_t **out, struct arena *arena,
                             struct fault *fault)
{
    AUTO(buf_finish) struct buf mended = BUF(VALUE_MENDED_MAX(text->len));

    value_repair_json(*text, &mended);
    if (mended.failed)
        return arena_fault(fault);
    return value_parse(buf_as_slice(&mended), 0, FOREIGN_DEPTH_MAX, out, fault) &&
           buf_keep(&mended, arena, text, fault);
}

/* Parses a value of this type. The caller owns `out`; `text` is set to the text of the value. */
static bool parse_of_type(struct slice *text, json_type type, json_t **out, struct arena *arena,
                          struct fault *fault)
{
    if (!value_parse(*text, 0, FOREIGN_DEPTH_MAX, out, fault) &&
        (fault->kind != FAULT_UNREADABLE || !repair_and_parse(text, out, arena, fault)))
        return false;
    while (memchr(" \t\r\n", *text->at, 4) != NULL)
        *text = slice_from(*text, 1);
    return json_typeof(*out) == type ||
           fault_set(fault, FAULT_UNREADABLE, "bad_json", "The text is not a JSON %s",
                     type == JSON_OBJECT ? "object" : "array");
}

bool foreign_read(const struct foreign *table, struct slice text, void *out, struct arena *arena,
                  struct fault *fault)
{
    struct foreign_reader reader = {.arena = arena};
    json_auto_t *value = NULL;
    char *copy = alloc_in_arena(&reader, table->size);

    if (reader.full)
        return arena_fault(fault);
    if (!parse_of_type(&text, JSON_OBJECT, &value, arena, fault))
        return false;
    read_object(&reader, table, value, &(struct place){.text = text}, copy);
    if (reader.full)
        return arena_fault(fault);
    memcpy(out, copy, table->size);
    return true;
}

bool foreign_read_list(const struct foreign *table, size_t items_max, struct slice text,
                       struct foreign_list *out, struct arena *arena, struct fault *fault)
{
    const struct foreign_member whole = {.type = FOREIGN_LIST, .table = table, .max = items_max};
    struct foreign_reader reader = {.arena = arena};
    json_auto_t *value = NULL;
    struct foreign_list list;

    if (!parse_of_type(&text, JSON_ARRAY, &value, arena, fault))
        return false;
    list = read_list(&reader, &whole, value, &(struct place){.text = text});
    if (reader.full)
        return arena_fault(fault);
    *out = list;
    return true;
}
