// SPDX-License-Identifier: MIT
#include "city_handlers.h"

#include <stddef.h>

#include "api/list.h"

#include "city.h"

struct query {
    int64_t limit;
    struct slice cursor;
};

// clang-format off
static const struct field query_items[] = {
    {.name = "limit",  .type = FIELD_INT,  .offset = offsetof(struct query, limit),  .min = 1, .max = LIST_LIMIT_MAX},
    {.name = "cursor", .type = FIELD_TEXT, .offset = offsetof(struct query, cursor), .min = 1, .max = LIST_CURSOR_MAX},
};
// clang-format on
static const struct fields query_fields = FIELDS_OF(query_items, struct query);

/* A place is the index of the first city behind it. */
enum http_status get_cities(void *data, const struct http_request *req, struct http_response *res)
{
    (void)data;
    struct query query = {.limit = LIST_LIMIT_DEFAULT};
    struct list_place place = {0};
    struct fault fault;
    if (!http_request_query(req, &query_fields, &query, &fault) ||
        !list_cursor_read(query.cursor, "cursor", SLICE("cities"), req->arena, &place, &fault))
        return http_reply_fault(req, res, &fault);
    size_t count = (size_t)query.limit;
    list_begin(&res->body);
    for (size_t i = 0; i < count && (size_t)place.number < city_count; i++, place.number++) {
        list_separator(&res->body, i);
        fields_encode(&city_fields, &city_all[place.number], true, &res->body);
    }
    list_end(&res->body, (size_t)place.number < city_count ? &place : NULL, SLICE("cities"));
    return http_reply_json(res, HTTP_OK);
}
