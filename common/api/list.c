// SPDX-License-Identifier: MIT
#include "api/list.h"

#include <assert.h>
#include <endian.h>
#include <stddef.h>
#include <stdlib.h>

#include "api/caller.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/now.h"
#include "http/reply.h"
#include "http/request.h"

// clang-format off
static const struct field page_items[] = {
    {.name = "limit",  .type = FIELD_INT,  .offset = offsetof(struct list_page, limit),  .min = 1, .max = LIST_LIMIT_MAX},
    {.name = "cursor", .type = FIELD_RAW,  .offset = offsetof(struct list_page, cursor)},
};
// clang-format on
const struct fields list_page_fields = FIELDS_OF(page_items, struct list_page);

/* The content of a cursor, big-endian, which is sent as base64url without padding. The hash of the
 * filters is not a signature: it detects a cursor that is used with another list by mistake. A
 * forged cursor only selects positions in a list that the client may read anyway. */
enum { CURSOR_FORMAT = 1 };
/* The greatest number of a cursor: the end of DATE_MAX in microseconds. Prices, distances and
 * versions are smaller. PostgreSQL fails to convert some greater and some negative numbers to
 * times. */
#define CURSOR_NUMBER_MAX ((uint64_t)((DATE_MAX + 1) * (86400 * US_PER_S) - 1))
struct cursor_bytes {
    uint8_t format;
    uint64_t number;
    struct uuid id;
    uint64_t hash;
} __attribute__((packed));

enum { CURSOR_BYTES = sizeof(struct cursor_bytes), CURSOR_TEXT = CURSOR_BYTES / 3 * 4 };
_Static_assert(CURSOR_BYTES % 3 == 0, "no padding");
_Static_assert((int)CURSOR_TEXT <= (int)LIST_CURSOR_MAX, "the cursor fits its limit");

bool list_cursor_decode(struct slice cursor, const char *parameter, struct slice filters,
                        struct arena *arena, struct list_cursor *out, struct fault *fault)
{
    struct cursor_bytes read;
    size_t len;

    if (cursor.at == NULL) {
        *out = (struct list_cursor){0};
        return true;
    }
    if (digest_base64_decode(DIGEST_BASE64_URL, cursor, &read, sizeof read, &len) &&
        len == sizeof read && read.format == CURSOR_FORMAT &&
        be64toh(read.number) <= CURSOR_NUMBER_MAX && be64toh(read.hash) == digest_fast64(filters)) {
        *out = (struct list_cursor){true, (int64_t)be64toh(read.number), read.id};
        return true;
    }
    return fault_set_field(fault, arena, parameter, "bad_cursor",
                           "The cursor is not one of this list with these filters");
}

static int compare_names(const void *left, const void *right)
{
    const struct slice a = (*(const struct field_pair *const *)left)->name;
    const struct slice b = (*(const struct field_pair *const *)right)->name;
    const int by_bytes = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

    return by_bytes != 0 ? by_bytes : (a.len > b.len) - (a.len < b.len);
}

/* Sorts the parameters by name, so that filters in another order count as the same filters. */
static void sort_query_parameters(const struct http_request *req, const struct field_pair **out)
{
    for (size_t i = 0; i < req->query_count; i++)
        out[i] = &req->query[i];
    qsort(out, req->query_count, sizeof(struct field_pair *), compare_names);
}

bool list_page_read(const struct http_request *req, struct slice name, struct list_page *page,
                    struct fault *fault)
{
    const struct field_pair *sorted[HTTP_QUERY_MAX];
    struct slice filters = name;

    sort_query_parameters(req, sorted);
    for (size_t i = 0; i < HTTP_PATH_PARAMS_MAX && req->params[i].at != NULL; i++) {
        filters =
            arena_printf(req->arena, "%.*s/%.*s", SLICE_ARG(filters), SLICE_ARG(req->params[i]));
        if (filters.at == NULL)
            return arena_fault(fault);
    }
    for (size_t i = 0; i < req->query_count; i++) {
        const struct field_pair *pair = sorted[i];

        if (slice_is(pair->name, "cursor") || slice_is(pair->name, "limit"))
            continue;
        filters = arena_printf(req->arena, "%.*s&%.*s=%.*s", SLICE_ARG(filters),
                               SLICE_ARG(pair->name), SLICE_ARG(pair->value));
        if (filters.at == NULL)
            return arena_fault(fault);
    }
    page->filters = filters;
    return list_cursor_decode(page->cursor, "cursor", filters, req->arena, &page->after, fault);
}

void list_cursor_encode(const struct list_cursor *cursor, struct slice filters, struct buf *out)
{
    const struct cursor_bytes bytes = {CURSOR_FORMAT, htobe64((uint64_t)cursor->number), cursor->id,
                                       htobe64(digest_fast64(filters))};
    char text[CURSOR_TEXT + 1];

    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)&bytes, sizeof bytes},
                         text);
    buf_append(out, text, CURSOR_TEXT);
}

struct slice list_join_names(int64_t bit_set, const char *const *names, char buffer[LIST_NAMES_MAX])
{
    struct buf text = buf_over(buffer, LIST_NAMES_MAX);

    for (int i = 0; names[i] != NULL; i++) {
        if ((bit_set & INT64_C(1) << i) == 0)
            continue;
        buf_text(&text, text.len > 0 ? "," : "");
        buf_text(&text, names[i]);
    }
    return bit_set != 0 ? buf_as_slice(&text) : SLICE_NONE;
}

const struct list_path *list_choose_path(const struct list_path *paths)
{
    while (paths->value.type == DB_NULL)
        paths++;
    return paths;
}

struct db_value list_value_if_within(int64_t group, int64_t bit_set, const struct uuid *id)
{
    return bit_set != 0 && (bit_set & ~group) == 0 ? db_uuid(id) : db_null();
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

void list_end(struct buf *out, const struct list_cursor *next_or_null, struct slice filters)
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

void list_encode(const struct db_rows *rows, int large_column, const struct list_page *page,
                 list_item_fn *item, const void *data, struct buf *out)
{
    const int bytes = large_column + 1;
    struct list_cursor next = {.set = true};
    int shown = 0;

    list_begin(out);
    while (shown < rows->count && shown < page->limit &&
           db_get_int(rows, shown, bytes) <= LIST_PAGE_BYTES_MAX) {
        list_separator(out, (size_t)shown);
        item(rows, shown++, data, out, &next);
    }
    list_end(out, shown < rows->count ? &next : NULL, page->filters);
}

static bool query_page(struct db *db, const struct list *list, const struct list_page *page,
                       const struct db_value *values, size_t count, struct db_rows *rows,
                       struct fault *fault)
{
    const struct list_cursor *after = &page->after;
    struct db_value all[LIST_VALUES_MAX + 3];

    assert(count <= LIST_VALUES_MAX);
    memcpy(all, values, count * sizeof *values);
    if (list->by_time)
        all[count++] = after->set ? db_time(after->number) : db_null();
    all[count++] = db_uuid(after->set ? &after->id : &uuid_max);
    all[count++] = db_int(page->limit + 1);
    return db_query(db, list->statement, all, count, rows, fault);
}

struct row_writer {
    const struct list *list;
    char *row; /* struct of list->fields; NULL: the list has its own `item` */
};

static bool init_row_writer(const struct list *list, struct arena *arena, struct row_writer *out,
                            struct fault *fault)
{
    const bool own = list->item != NULL;

    *out = (struct row_writer){list, own ? NULL : arena_alloc(arena, list->fields->item_size)};
    return own || out->row != NULL || arena_fault(fault);
}

static void encode_row(const struct row_writer *writer, const struct db_rows *rows, int row,
                       struct buf *out)
{
    const struct list *list = writer->list;
    const struct db_shape *shape = list->statement->shape;

    if (list->blank != NULL)
        memcpy(writer->row, list->blank, list->fields->item_size);
    else
        memset(writer->row, 0, list->fields->item_size);
    db_row_read(rows, row, 0, shape->columns, shape->count, writer->row);
    fields_encode(list->fields, writer->row, true, out);
}

static void encode_item_and_cursor(const struct db_rows *rows, int row, const void *data,
                                   struct buf *out, struct list_cursor *cursor)
{
    const struct row_writer *writer = data;
    const struct list *list = writer->list;

    encode_row(writer, rows, row, out);
    memcpy(&cursor->id, writer->row + list->id, sizeof cursor->id);
    if (list->by_time)
        memcpy(&cursor->number, writer->row + list->time, sizeof cursor->number);
}

enum http_status list_reply(const struct http_request *req, struct http_response *res,
                            struct db *db, const struct list *list, const struct list_page *page,
                            const struct db_value *values, size_t count)
{
    const int large_column = (int)list->statement->shape->count;
    auto_rows struct db_rows rows = {0};
    struct row_writer writer;
    struct fault fault;

    if (!init_row_writer(list, req->arena, &writer, &fault) ||
        !query_page(db, list, page, values, count, &rows, &fault))
        return http_reply_fault(req, res, &fault);
    if (list->item != NULL)
        list_encode(&rows, large_column, page, list->item, api_caller(req), &res->body);
    else
        list_encode(&rows, large_column, page, encode_item_and_cursor, &writer, &res->body);
    return http_reply_json(res, HTTP_OK);
}

enum http_status list_reply_whole(const struct http_request *req, struct http_response *res,
                                  struct db *db, const struct list *list,
                                  const struct db_value *values, size_t count)
{
    auto_rows struct db_rows rows = {0};
    struct row_writer writer;
    struct fault fault;

    if (!init_row_writer(list, req->arena, &writer, &fault) ||
        !db_query(db, list->statement, values, count, &rows, &fault))
        return http_reply_fault(req, res, &fault);
    list_begin(&res->body);
    for (int i = 0; i < rows.count; i++) {
        list_separator(&res->body, (size_t)i);
        encode_row(&writer, &rows, i, &res->body);
    }
    list_end(&res->body, NULL, SLICE_NONE);
    return http_reply_json(res, HTTP_OK);
}
