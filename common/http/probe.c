// SPDX-License-Identifier: MIT
/* Handlers for routes of every service that need only the process. */
#include "base/metric.h"
#include "http/server.h"

enum http_status http_get_livez(void *data, const struct http_request *req,
                                struct http_response *res)
{
    (void)data;
    (void)req;
    buf_text(&res->body, "{\"status\":\"alive\"}");
    return http_reply_json(res, HTTP_OK);
}

enum http_status http_get_metrics(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    (void)data;
    (void)req;
    metric_print(&res->body);
    res->content_type = "text/plain; version=0.0.4; charset=utf-8";
    res->status = HTTP_OK;
    return res->status;
}
