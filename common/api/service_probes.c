// SPDX-License-Identifier: MIT
/* Handlers of the common routes. */
#include "api/service_private.h"

enum http_status service_get_readyz(void *data, const struct http_request *req,
                                    struct http_response *res)
{
    struct service_run *run = service_run_of(data);
    int64_t now_ns = loop_now_ns(req->loop);

    ready_encode(&run->ready, now_ns, &res->body);
    return http_reply_json(res, ready_is_ready(&run->ready, now_ns) ? HTTP_OK : HTTP_UNAVAILABLE);
}

enum http_status service_get_health(void *data, const struct http_request *req,
                                    struct http_response *res)
{
    struct service_run *run = service_run_of(data);
    bool ready = ready_is_ready(&run->ready, loop_now_ns(req->loop));

    buf_printf(&res->body, "{\"status\":\"%s\",\"service\":\"%s\",\"version\":\"%s\"}",
               ready ? "ok" : "unavailable", run->definition->name, service_version());
    return http_reply_json(res, ready ? HTTP_OK : HTTP_UNAVAILABLE);
}

enum http_status service_get_openapi(void *data, const struct http_request *req,
                                     struct http_response *res)
{
    (void)req;
    buf_slice(&res->body, service_run_of(data)->definition->openapi);
    return http_reply_json(res, HTTP_OK);
}
