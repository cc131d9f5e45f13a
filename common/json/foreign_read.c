// SPDX-License-Identifier: MIT
/* Reads members into their struct while the text is scanned. Functions that return false have set
 * `scan.why` or `full`. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/parse.h"
#include "json/foreign.h"
#include "json/scan_private.h"

enum { MEMBERS_MAX = 64 /* bits of `seen` */, LIST_FIRST = 4 };

struct foreign_reader {
    struct scan scan;
    struct arena *arena;
    bool full; /* the arena is */
};

static bool read_value(struct foreign_reader *reader, const struct foreign_member *member,
                       char *out);

/* All other absent values are zeros, which the memory already has. */
static void set_absent(const struct foreign_member *member, char *out)
{
    if (member->type == FOREIGN_INT)
        *(int64_t *)(void *)out = FIELD_ABSENT;
    else if (member->type == FOREIGN_DOUBLE)
        *(double *)(void *)out = (double)NAN;
    else if (member->type == FOREIGN_OBJECT)
        for (size_t i = 0; i < member->table->count; i++)
            set_absent(&member->table->items[i], out + member->table->items[i].offset);
}

static size_t size_of(const struct foreign_member *member)
{
    static const size_t sizes[] = {
        [FOREIGN_TEXT] = sizeof(struct slice),
        [FOREIGN_INT] = sizeof(int64_t),
        [FOREIGN_DOUBLE] = sizeof(double),
        [FOREIGN_BOOL] = sizeof(bool),
        [FOREIGN_RAW] = sizeof(struct slice),
        [FOREIGN_LIST] = sizeof(struct foreign_list),
        [FOREIGN_TEXTS] = sizeof(struct foreign_list),
        [FOREIGN_INTS] = sizeof(struct foreign_list),
        [FOREIGN_DOUBLES] = sizeof(struct foreign_list),
    };

    return member->type == FOREIGN_OBJECT ? member->table->size : sizes[member->type];
}

/* Zeroed. NULL: the arena is full. */
static void *take_room(struct foreign_reader *reader, size_t size)
{
    void *room = arena_alloc(reader->arena, size);

    reader->full |= room == NULL;
    return room;
}

static bool read_text(struct foreign_reader *reader, struct slice *out)
{
    struct scan_string string;
    char *room;

    if (!scan_string(&reader->scan, &string))
        return false;
    if (string.room == 0) {
        *out = string.raw;
        return true;
    }
    room = take_room(reader, string.room);
    if (room == NULL)
        return false;
    *out = (struct slice){room, scan_unescape(&string, room)};
    return true;
}

static bool read_int(struct foreign_reader *reader, int64_t *out)
{
    struct slice digits;
    bool whole;

    if (!scan_number(&reader->scan, &digits, &whole))
        return false;
    if (whole)
        (void)!parse_i64(digits, INT64_MIN, INT64_MAX, out);
    return true;
}

/* The grammar was checked, and no service sets a locale: strtod() reads exactly these bytes. Not
 * inlined: the copy would be in the stack frame of each level. */
__attribute__((noinline)) static bool read_double(struct foreign_reader *reader, double *out)
{
    char text[FOREIGN_NUMBER_MAX + 1];
    struct slice digits;
    bool whole;
    double value;

    if (!scan_number(&reader->scan, &digits, &whole))
        return false;
    slice_copy(digits, text, sizeof(text));
    value = strtod(text, NULL);
    if (isfinite(value))
        *out = value;
    return true;
}

static bool read_bool(struct foreign_reader *reader, bool *out)
{
    bool value = scan_peek(&reader->scan) == 't';

    if (!scan_skip(&reader->scan))
        return false;
    *out = value;
    return true;
}

static bool read_raw(struct foreign_reader *reader, struct slice *out)
{
    const size_t broken = reader->scan.broken;
    struct slice raw = {reader->scan.at, 0};
    char *copy;

    reader->scan.odd = false;
    if (!scan_skip(&reader->scan))
        return false;
    raw.len = (size_t)(reader->scan.at - raw.at);
    if (!reader->scan.odd) {
        *out = raw;
        return true;
    }
    copy = take_room(reader, raw.len + 2 * (reader->scan.broken - broken));
    if (copy == NULL)
        return false;
    *out = (struct slice){copy, scan_mend(raw, copy)};
    return true;
}

/* Finds the row of a name. Names mostly come in the order of the table, so the search begins at
 * `next`. */
static const struct foreign_member *find(const struct foreign *table, struct slice name,
                                         size_t *next)
{
    if (name.len == 0)
        return NULL;
    for (size_t i = 0; i < table->count; i++) {
        size_t at = *next + i < table->count ? *next + i : *next + i - table->count;
        const struct foreign_member *member = &table->items[at];
        if (member->name[0] == name.at[0] && slice_is(name, member->name)) {
            *next = at + 1;
            return member;
        }
    }
    return NULL;
}

/* Not inlined, as above. */
__attribute__((noinline)) static const struct foreign_member *
find_escaped(const struct foreign *table, const struct scan_string *string, size_t *next)
{
    enum { LONGEST_ESCAPE = 6 };
    char name[LONGEST_ESCAPE * FOREIGN_NAME_MAX];

    if (string->room > sizeof(name))
        return NULL;
    return find(table, (struct slice){name, scan_unescape(string, name)}, next);
}

/* A name and its colon. `member`: NULL when the table does not have it. */
static bool take_name(struct foreign_reader *reader, const struct foreign *table, size_t *next,
                      const struct foreign_member **member)
{
    struct scan_string name;

    if (!scan_string(&reader->scan, &name))
        return false;
    *member = name.room > 0 ? find_escaped(table, &name, next) : find(table, name.raw, next);
    return scan_expect(&reader->scan, ':');
}

static bool read_members(struct foreign_reader *reader, const struct foreign *table, char *out)
{
    uint64_t seen = 0;
    size_t next = 0;

    do {
        const struct foreign_member *member;
        if (!take_name(reader, table, &next, &member))
            return false;
        if (member == NULL) {
            if (!scan_skip(&reader->scan))
                return false;
            continue;
        }
        uint64_t bit = UINT64_C(1) << (member - table->items);
        if ((seen & bit) != 0) {
            memset(out + member->offset, 0, size_of(member));
            set_absent(member, out + member->offset);
        }
        seen |= bit;
        if (!read_value(reader, member, out + member->offset))
            return false;
    } while (scan_take(&reader->scan, ','));
    return true;
}

/* `out` is absent. */
static bool read_object(struct foreign_reader *reader, const struct foreign *table, char *out)
{
    assert(table->count <= MEMBERS_MAX);
    if (!scan_expect(&reader->scan, '{') || !scan_enter(&reader->scan))
        return false;
    if (table->here != FOREIGN_NOWHERE)
        *(bool *)(out + table->here) = true;
    if (scan_peek(&reader->scan) != '}' && !read_members(reader, table, out))
        return false;
    reader->scan.depth--;
    return scan_expect(&reader->scan, '}');
}

/* Doubles the space for items, to at most `max`. */
static bool grow(struct foreign_reader *reader, struct foreign_list *list, size_t size,
                 size_t *room, size_t max)
{
    size_t more = *room == 0 ? LIST_FIRST : *room * 2;
    char *items;

    more = more < max ? more : max;
    items = take_room(reader, more * size);
    if (items == NULL)
        return false;
    if (list->count > 0)
        memcpy(items, list->items, list->count * size);
    list->items = items;
    *room = more;
    return true;
}

static bool read_items(struct foreign_reader *reader, const struct foreign_member *item, size_t max,
                       struct foreign_list *list, size_t room)
{
    const size_t size = size_of(item);

    do {
        char *place;
        if (list->count == max) {
            list->left_out++;
            if (!scan_skip(&reader->scan))
                return false;
            continue;
        }
        if (list->count == room && !grow(reader, list, size, &room, max))
            return false;
        place = (char *)list->items + list->count++ * size;
        set_absent(item, place);
        if (!read_value(reader, item, place))
            return false;
    } while (scan_take(&reader->scan, ','));
    return true;
}

static bool read_list(struct foreign_reader *reader, const struct foreign_member *member,
                      struct foreign_list *out)
{
    static const enum foreign_type types[] = {
        [FOREIGN_LIST] = FOREIGN_OBJECT,
        [FOREIGN_TEXTS] = FOREIGN_TEXT,
        [FOREIGN_INTS] = FOREIGN_INT,
        [FOREIGN_DOUBLES] = FOREIGN_DOUBLE,
    };
    const struct foreign_member item = {.type = types[member->type], .table = member->table};
    struct foreign_list list = {NULL, 0, 0};
    size_t room = 0;

    assert(member->max > 0);
    if (!scan_expect(&reader->scan, '[') || !scan_enter(&reader->scan) ||
        !grow(reader, &list, size_of(&item), &room, member->max))
        return false;
    if (scan_peek(&reader->scan) != ']' && !read_items(reader, &item, member->max, &list, room))
        return false;
    if (!scan_expect(&reader->scan, ']'))
        return false;
    reader->scan.depth--;
    *out = list;
    return true;
}

/* `out` is absent, and stays so when the value has another type than the member. */
static bool read_value(struct foreign_reader *reader, const struct foreign_member *member,
                       char *out)
{
    const char first = scan_peek(&reader->scan);
    const bool is_number = first == '-' || ascii_is_digit(first);
    void *place = out;

    switch (member->type) {
    case FOREIGN_TEXT:
        if (first == '"')
            return read_text(reader, place);
        break;
    case FOREIGN_INT:
        if (is_number)
            return read_int(reader, place);
        break;
    case FOREIGN_DOUBLE:
        if (is_number)
            return read_double(reader, place);
        break;
    case FOREIGN_BOOL:
        if (first == 't' || first == 'f')
            return read_bool(reader, place);
        break;
    case FOREIGN_RAW:
        if (first != 'n')
            return read_raw(reader, place);
        break;
    case FOREIGN_OBJECT:
        if (first == '{')
            return read_object(reader, member->table, place);
        break;
    case FOREIGN_LIST:
    case FOREIGN_TEXTS:
    case FOREIGN_INTS:
    case FOREIGN_DOUBLES:
        if (first == '[')
            return read_list(reader, member, place);
        break;
    }
    return scan_skip(&reader->scan);
}

/* `whole` is an OBJECT or a LIST. */
static bool read_all(struct foreign_reader *reader, const struct foreign_member *whole, char *out)
{
    const bool list = whole->type == FOREIGN_LIST;

    if (scan_peek(&reader->scan) != (list ? '[' : '{')) {
        reader->scan.why = list ? "is not a JSON array" : "is not a JSON object";
        return false;
    }
    if (!read_value(reader, whole, out))
        return false;
    (void)scan_peek(&reader->scan);
    return reader->scan.at == reader->scan.end || scan_broken(&reader->scan);
}

static bool read_whole(const struct foreign_member *whole, struct slice text, void *out,
                       struct arena *arena, struct fault *fault)
{
    struct foreign_reader reader = {
        .scan = {.at = text.at, .end = text.len > 0 ? text.at + text.len : text.at},
        .arena = arena,
    };
    char *copy = arena_alloc(arena, size_of(whole));

    if (copy == NULL)
        return arena_fault(fault);
    set_absent(whole, copy);
    if (read_all(&reader, whole, copy)) {
        memcpy(out, copy, size_of(whole));
        return true;
    }
    if (reader.full)
        return arena_fault(fault);
    return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The text %s (byte %zu of %zu)",
                     reader.scan.why, (size_t)(reader.scan.at - text.at), text.len);
}

bool foreign_read(const struct foreign *table, struct slice text, void *out, struct arena *arena,
                  struct fault *fault)
{
    const struct foreign_member whole = {.type = FOREIGN_OBJECT, .table = table};

    return read_whole(&whole, text, out, arena, fault);
}

bool foreign_read_list(const struct foreign *table, size_t max, struct slice text,
                       struct foreign_list *out, struct arena *arena, struct fault *fault)
{
    const struct foreign_member whole = {.type = FOREIGN_LIST, .table = table, .max = max};

    return read_whole(&whole, text, out, arena, fault);
}

bool foreign_leading_int(struct slice text, const char *name, int64_t *out)
{
    struct scan scan = {.at = text.at, .end = text.len > 0 ? text.at + text.len : text.at};
    struct scan_string string;
    struct slice digits;
    bool whole;

    if (!scan_take(&scan, '{') || !scan_string(&scan, &string) || !slice_is(string.raw, name) ||
        !scan_take(&scan, ':'))
        return false;
    (void)scan_peek(&scan);
    if (!scan_number(&scan, &digits, &whole) || !whole || scan.at == scan.end ||
        memchr(",} \t\r\n", *scan.at, 6) == NULL)
        return false;
    return parse_i64(digits, INT64_MIN, INT64_MAX, out);
}
