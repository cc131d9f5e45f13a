// SPDX-License-Identifier: MIT
#include "app.h"
#include "bookings/bookings_json.h"
#include "handlers/handlers.h"

static bool answer(const struct http_request *req, const struct availability_query *query,
                   const struct availability *found, size_t count, struct buf *out,
                   struct fault *fault)
{
    buf_text(out, "{\"items\":[");
    for (size_t i = 0; i < count; i++) {
        struct availability_item item;
        if (!availability_evaluate(&found[i], query, api_caller(req), req->arena, &item, fault))
            return false;
        if (i > 0)
            buf_char(out, ',');
        fields_encode(&availability_item_fields, &item, true, out);
    }
    buf_text(out, "]}");
    return true;
}

enum http_status post_availability(void *data, const struct http_request *req,
                                   struct http_response *res)
{
    struct booking_app *app = data;
    struct availability_query query;
    struct availability *found;
    struct fault fault;
    size_t count;

    fields_clear(&availability_query_fields, &query);
    if (!http_request_query(req, NULL, NULL, &fault) ||
        !http_request_decode(req, &availability_query_fields, false, &query, NULL, &fault) ||
        !availability_store_find(app->service->db, &api_caller(req)->tenant_id, &query, req->arena,
                                 &found, &count, &fault) ||
        !answer(req, &query, found, count, &res->body, &fault))
        return http_reply_fault(req, res, &fault);
    return http_reply_json(res, HTTP_OK);
}
