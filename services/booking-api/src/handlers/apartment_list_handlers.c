// SPDX-License-Identifier: MIT
#include "apartments/apartments_json.h"
#include "app.h"
#include "calendar/calendar_json.h"
#include "handlers/handlers.h"

struct reader {
    const struct apartment_unlisted *unlisted;
    const struct apartment_query *query;
    enum apartment_view view;
};

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_cursor *cursor)
{
    const struct reader *reader = data;
    struct apartment apartment;
    apartment_list_read_row(rows, row, reader->unlisted, &apartment);
    apartment_encode(&apartment, reader->view, true, out);
    apartment_list_set_cursor(reader->query, &apartment, cursor);
}

enum http_status get_apartments(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct booking_app *app = data;
    auto_rows struct db_rows rows = {0};
    struct apartment_unlisted unlisted;
    const struct api_caller *caller = api_caller(req);
    struct apartment_query query = apartment_list_defaults();
    struct fault fault;
    if (!http_request_query(req, &apartment_list_query_fields, &query, &fault) ||
        !list_page_read(req, SLICE("apartments"), &query.page, &fault) ||
        !apartment_list_restrict(&query, caller, &fault) ||
        !apartment_list_find(app->service->db, &caller->tenant_id, &query, req->arena, &rows,
                             &fault) ||
        !apartment_list_load_unlisted(app->service->db, &caller->tenant_id, &rows, req->arena,
                                      &unlisted, &fault))
        return http_reply_fault(req, res, &fault);
    const struct reader reader = {&unlisted, &query, apartment_view_of(caller)};
    list_encode(&rows, (int)apartment_listed_shape.count + APARTMENT_LIST_EXTRA_COLUMNS,
                &query.page, encode_item, &reader, &res->body);
    return http_reply_json(res, HTTP_OK);
}
