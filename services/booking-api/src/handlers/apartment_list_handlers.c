// SPDX-License-Identifier: MIT
#include "app.h"
#include "flats/flats_json.h"
#include "handlers/handlers.h"
#include "nights/nights_json.h"

static bool read_query(const struct http_request *req, struct apartment_query *query,
                       struct list_place *place, struct slice *filters, struct fault *fault)
{
    *query = apartment_query_defaults();
    return http_request_query(req, &apartment_query_fields, query, fault) &&
           list_cursor_read_filtered(req, query->cursor, SLICE("apartments"), filters, place,
                                     fault) &&
           apartment_query_claim(query, api_caller(req), fault);
}

struct page {
    const struct apartment_query *query;
    enum apartment_view view;
};

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_place *place)
{
    const struct page *page = data;
    struct apartment flat;
    apartment_list_read(rows, row, &flat);
    apartment_encode(&flat, page->view, true, out);
    *place = apartment_list_place(page->query, &flat);
}

enum http_status get_apartments(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct booking_app *app = data;
    auto_rows struct db_rows rows = {0};
    struct apartment_query query;
    struct list_place place;
    struct slice filters;
    struct fault fault;
    if (!read_query(req, &query, &place, &filters, &fault) ||
        !apartment_list_find(app->service->db, &api_caller(req)->tenant_id, &query, &place,
                             req->arena, &rows, &fault))
        return http_reply_fault(req, res, &fault);
    const struct page page = {&query, apartment_view(api_caller(req))};
    list_encode(&rows, (int)apartment_shape.count + APARTMENT_LIST_MORE, query.limit, encode_item,
                &page, filters, &res->body);
    return http_reply_json(res, HTTP_OK);
}
