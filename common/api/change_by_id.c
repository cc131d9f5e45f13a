// SPDX-License-Identifier: MIT
#include "api/change_by_id.h"

enum http_status change_by_id(void *app, const struct http_request *req, struct http_response *res,
                              api_change_fn *act, int action)
{
    struct asked asked = {.app = app, .action = action};
    struct fault fault;
    if (!http_request_uuid(req, 0, &asked.id, &fault))
        return http_reply_fault(req, res, &fault);
    return api_change(((struct service_data *)app)->service->changes, req, res, act, &asked);
}
