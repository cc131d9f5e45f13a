// SPDX-License-Identifier: MIT
#include "api/read_by_id.h"

#include "bookings/bookings_json.h"
#include "handlers/handlers.h"

static bool encode_availability(const struct http_request *req,
                                const struct availability_query *query,
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

static enum http_status show_availability(struct reading *reading, struct http_response *res)
{
    const struct http_request *req = reading->req;
    struct availability_query query;
    struct availability *found;
    size_t count;

    fields_clear(&availability_query_fields, &query);
    if (!http_request_query(req, NULL, NULL, &reading->fault) ||
        !http_request_decode(req, &availability_query_fields, false, &query, NULL,
                             &reading->fault) ||
        !availability_store_find(reading->db, &reading->caller->tenant_id, &query, req->arena,
                                 &found, &count, &reading->fault) ||
        !encode_availability(req, &query, found, count, &res->body, &reading->fault))
        return read_refuse(reading, res);
    return read_reply(reading, res, 0);
}

READ_ALL(post_availability, show_availability)
