// SPDX-License-Identifier: MIT
#include "api/read_by_id.h"

static struct reading begin_reading(void *app, const struct http_request *req)
{
    return (struct reading){.app = app,
                            .db = ((struct service_data *)app)->service->db,
                            .req = req,
                            .caller = api_caller(req)};
}

enum http_status read_refuse(struct reading *reading, struct http_response *res)
{
    return http_reply_fault(reading->req, res, &reading->fault);
}

enum http_status read_reply(const struct reading *reading, struct http_response *res,
                            int64_t version)
{
    return http_reply_resource(reading->req, res, HTTP_OK, version);
}

enum http_status read_by_id(void *app, const struct http_request *req, struct http_response *res,
                            read_fn *read, const struct fields *query, int64_t page_limit)
{
    struct reading reading = begin_reading(app, req);

    reading.page.limit = page_limit;
    if (!http_request_uuid(req, 0, &reading.id, &reading.fault) ||
        !http_request_query(req, query, &reading.page, &reading.fault))
        return read_refuse(&reading, res);
    return read(&reading, res);
}

enum http_status read_all(void *app, const struct http_request *req, struct http_response *res,
                          read_fn *read)
{
    struct reading reading = begin_reading(app, req);

    return read(&reading, res);
}
