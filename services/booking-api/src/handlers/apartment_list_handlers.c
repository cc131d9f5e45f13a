// SPDX-License-Identifier: MIT
#include "api/read_by_id.h"

#include "apartments/apartments_json.h"
#include "calendar/calendar_json.h"
#include "handlers/handlers.h"

/* The `data` of encode_item(). */
struct list_context {
    const struct apartment_unlisted *unlisted;
    const struct apartment_query *query;
    enum apartment_view view;
};

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_cursor *cursor)
{
    const struct list_context *context = data;
    struct apartment apartment;

    apartment_list_read_row(rows, row, context->unlisted, &apartment);
    apartment_encode(&apartment, context->view, true, out);
    apartment_list_set_cursor(context->query, &apartment, cursor);
}

static enum http_status list_apartments(struct reading *reading, struct http_response *res)
{
    const struct uuid *tenant_id = &reading->caller->tenant_id;
    struct apartment_query query = apartment_list_defaults();
    struct arena *arena = reading->req->arena;
    auto_rows struct db_rows rows = {0};
    struct apartment_unlisted unlisted;

    if (!http_request_query(reading->req, &apartment_list_query_fields, &query, &reading->fault) ||
        !list_page_read(reading->req, SLICE("apartments"), &query.page, &reading->fault) ||
        !apartment_list_restrict(&query, reading->caller, &reading->fault) ||
        !apartment_list_find(reading->db, tenant_id, &query, arena, &rows, &reading->fault) ||
        !apartment_list_load_without_stored_json(reading->db, tenant_id, &rows, arena, &unlisted,
                                                 &reading->fault))
        return read_refuse(reading, res);
    const struct list_context context = {&unlisted, &query, apartment_view_for(reading->caller)};
    list_encode(&rows, (int)apartment_listed_shape.count + APARTMENT_LIST_EXTRA_COLUMNS,
                &query.page, encode_item, &context, &res->body);
    return read_reply(reading, res, 0);
}

READ_ALL(get_apartments, list_apartments)
