// SPDX-License-Identifier: MIT
#include "apartments/apartments_json.h"
#include "app.h"
#include "calendar/calendar_json.h"
#include "handlers/handlers.h"

struct reader {
    const struct apartment_whole *whole;
    const struct apartment_query *query;
    enum apartment_view view;
};

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_place *place)
{
    const struct reader *reader = data;
    struct apartment apartment;
    apartment_list_read(rows, row, reader->whole, &apartment);
    apartment_encode(&apartment, reader->view, true, out);
    apartment_list_place(reader->query, &apartment, place);
}

enum http_status get_apartments(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct booking_app *app = data;
    auto_rows struct db_rows rows = {0};
    struct apartment_whole whole;
    const struct api_caller *caller = api_caller(req);
    struct apartment_query query = apartment_query_defaults();
    struct fault fault;
    if (!http_request_query(req, &apartment_query_fields, &query, &fault) ||
        !list_page_read(req, SLICE("apartments"), &query.page, &fault) ||
        !apartment_query_claim(&query, caller, &fault) ||
        !apartment_list_find(app->service->db, &caller->tenant_id, &query, req->arena, &rows,
                             &fault) ||
        !apartment_list_whole(app->service->db, &caller->tenant_id, &rows, req->arena, &whole,
                              &fault))
        return http_reply_fault(req, res, &fault);
    const struct reader reader = {&whole, &query, apartment_view(caller)};
    list_encode(&rows, (int)apartment_listed_shape.count + APARTMENT_LIST_MORE, &query.page,
                encode_item, &reader, &res->body);
    return http_reply_json(res, HTTP_OK);
}
