// SPDX-License-Identifier: MIT
#include "api/list.h"

#include "flats/flats_json.h"
#include "handlers/handlers.h"

/* The place of a page is the index of its first city. */
enum http_status get_cities(void *data, const struct http_request *req, struct http_response *res)
{
    (void)data;
    struct list_query query = {.limit = LIST_LIMIT_DEFAULT};
    struct list_place place = {0};
    struct fault fault;
    if (!http_request_query(req, &list_query_fields, &query, &fault) ||
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
