// SPDX-License-Identifier: MIT
#include "api/list.h"

#include <stddef.h>

#include "base/digest.h"
#include "http/request.h"

// clang-format off
static const struct field query_items[] = {
    {.name = "limit",  .type = FIELD_INT,  .offset = offsetof(struct list_query, limit),  .min = 1, .max = LIST_LIMIT_MAX},
    {.name = "cursor", .type = FIELD_RAW,  .offset = offsetof(struct list_query, cursor)},
};
// clang-format on
const struct fields list_query_fields = FIELDS_OF(query_items, struct list_query);

/* A cursor is base64url without padding of: format, sort key, tie-breaker, hash of the filters, all
 * big-endian. The hash is no signature: it finds a cursor that is used with another list by
 * mistake. A forged cursor only moves about in a list that its client may read anyway. */
enum {
    CURSOR_FORMAT = 1,
    CURSOR_ID_AT = 9,
    CURSOR_HASH_AT = 25,
    CURSOR_BYTES = 33,
    CURSOR_TEXT = CURSOR_BYTES / 3 * 4
};
_Static_assert(CURSOR_BYTES % 3 == 0, "no padding");
_Static_assert((int)CURSOR_TEXT <= (int)LIST_CURSOR_MAX, "the cursor fits its limit");

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void u64_put(uint8_t *out, uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        out[i] = (uint8_t)value;
}

static uint64_t u64_get(const uint8_t *in)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

static void base64_put(const uint8_t bytes[CURSOR_BYTES], char text[CURSOR_TEXT])
{
    for (size_t i = 0, at = 0; i < CURSOR_BYTES; i += 3) {
        uint32_t three =
            (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | (uint32_t)bytes[i + 2];

        for (int shift = 18; shift >= 0; shift -= 6)
            text[at++] = alphabet[three >> shift & 63];
    }
}

static bool base64_get(struct slice text, uint8_t bytes[CURSOR_BYTES])
{
    if (text.len != CURSOR_TEXT)
        return false;
    for (size_t i = 0, at = 0; i < CURSOR_TEXT; i += 4) {
        uint32_t three = 0;

        for (size_t k = 0; k < 4; k++) {
            char c = text.at[i + k];
            const char *found = c != '\0' ? strchr(alphabet, c) : NULL;

            if (found == NULL)
                return false;
            three = three << 6 | (uint32_t)(found - alphabet);
        }
        for (int shift = 16; shift >= 0; shift -= 8)
            bytes[at++] = (uint8_t)(three >> shift);
    }
    return true;
}

bool list_cursor_decode(struct slice cursor, struct slice filters, struct list_place *out,
                        struct fault *fault)
{
    struct list_place place = {.set = true};
    uint8_t bytes[CURSOR_BYTES];

    if (cursor.at == NULL) {
        *out = (struct list_place){0};
        return true;
    }
    if (!base64_get(cursor, bytes) || bytes[0] != CURSOR_FORMAT ||
        u64_get(bytes + CURSOR_HASH_AT) != digest_fast64(filters))
        return fault_set(fault, FAULT_INVALID, "bad_cursor",
                         "The cursor is not one of this list with these filters");
    place.number = (int64_t)u64_get(bytes + 1);
    memcpy(place.id.bytes, bytes + CURSOR_ID_AT, sizeof(place.id.bytes));
    *out = place;
    return true;
}

bool list_cursor_read(struct slice cursor, const char *parameter, struct slice filters,
                      struct arena *arena, struct list_place *out, struct fault *fault)
{
    struct fault why;

    return list_cursor_decode(cursor, filters, out, &why) ||
           fault_set_field(fault, arena, parameter, why.code, "%s", why.detail);
}

bool list_cursor_read_filtered(const struct http_request *req, struct slice cursor,
                               struct slice name, struct slice *filters, struct list_place *out,
                               struct fault *fault)
{
    struct slice text = name;

    for (size_t i = 0; i < req->query_count; i++) {
        const struct field_pair *pair = &req->query[i];

        if (slice_is(pair->name, "cursor") || slice_is(pair->name, "limit"))
            continue;
        text = arena_printf(req->arena, "%.*s&%.*s=%.*s", SLICE_ARG(text), SLICE_ARG(pair->name),
                            SLICE_ARG(pair->value));
        if (text.at == NULL)
            return arena_fault(fault);
    }
    *filters = text;
    return list_cursor_read(cursor, "cursor", text, req->arena, out, fault);
}

void list_cursor_encode(const struct list_place *place, struct slice filters, struct buf *out)
{
    uint8_t bytes[CURSOR_BYTES];
    char text[CURSOR_TEXT];

    bytes[0] = CURSOR_FORMAT;
    u64_put(bytes + 1, (uint64_t)place->number);
    memcpy(bytes + CURSOR_ID_AT, place->id.bytes, sizeof(place->id.bytes));
    u64_put(bytes + CURSOR_HASH_AT, digest_fast64(filters));
    base64_put(bytes, text);
    buf_append(out, text, sizeof(text));
}

void list_begin(struct buf *out)
{
    buf_text(out, "{\"items\":[");
}

void list_separator(struct buf *out, size_t index)
{
    if (index > 0)
        buf_char(out, ',');
}

void list_end(struct buf *out, const struct list_place *next_or_null, struct slice filters)
{
    buf_text(out, "],\"next_cursor\":");
    if (next_or_null == NULL) {
        buf_text(out, "null}");
        return;
    }
    buf_char(out, '"');
    list_cursor_encode(next_or_null, filters, out);
    buf_text(out, "\"}");
}

void list_encode(const struct db_rows *rows, int columns, int64_t limit, list_item_fn *item,
                 const void *data, struct slice filters, struct buf *out)
{
    const int bytes = columns + 1;
    struct list_place next = {.set = true};
    int shown = 0;

    list_begin(out);
    while (shown < rows->count && shown < limit &&
           db_get_int(rows, shown, bytes) <= LIST_PAGE_BYTES_MAX) {
        list_separator(out, (size_t)shown);
        item(rows, shown++, data, out, &next);
    }
    list_end(out, shown < rows->count ? &next : NULL, filters);
}
