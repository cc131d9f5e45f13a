// SPDX-License-Identifier: MIT
#include "apartment_handlers.h"
#include "apartment_list.h"
#include "app.h"

static bool read_query(const struct http_request *req, struct apartment_query *query,
                       struct list_place *place, struct slice *filters, struct fault *fault)
{
    *query = apartment_query_defaults();
    *filters = apartment_query_filters(req);
    if (filters->at == NULL)
        return arena_fault(fault);
    if (!http_request_query(req, &apartment_query_fields, query, fault))
        return false;
    if (!list_cursor_read(query->cursor, "cursor", *filters, req->arena, place, fault))
        return false;
    return apartment_query_claim(query, api_caller(req), fault);
}

enum http_status get_apartments(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct booking_app *app = data;
    struct apartment_query query;
    struct list_place place;
    struct slice filters;
    struct apartment *flats = NULL;
    size_t count = 0;
    struct fault fault;
    if (!read_query(req, &query, &place, &filters, &fault) ||
        !apartment_list_find(app->service->db, &api_caller(req)->tenant_id, &query, &place,
                             req->arena, &flats, &count, &fault))
        return http_reply_fault(req, res, &fault);

    size_t limit = (size_t)query.limit;
    bool more = count > limit;
    size_t shown = more ? limit : count;
    list_begin(&res->body);
    for (size_t i = 0; i < shown; i++) {
        list_separator(&res->body, i);
        apartment_encode(&flats[i], apartment_view(api_caller(req)), true, &res->body);
    }
    struct list_place next = {0};
    if (more)
        next = apartment_list_place(&query, &flats[shown - 1]);
    list_end(&res->body, more ? &next : NULL, filters);
    return http_reply_json(res, HTTP_OK);
}
