// SPDX-License-Identifier: MIT
#include "api/change_by_id.h"

#include "json/fields.h"

enum http_status change_by_id(void *app, const struct http_request *req, struct http_response *res,
                              api_change_fn *act, int action)
{
    struct asked asked = {.app = app, .action = action};
    struct fault fault;

    if (!http_request_uuid(req, 0, &asked.id, &fault))
        return http_reply_fault(req, res, &fault);
    return api_change(((struct service_data *)app)->service->changes, req, res, act, &asked);
}

bool change_decode(const struct change *change, const struct fields *table, bool required,
                   void *out, struct fault *fault)
{
    const struct json_body *body;

    if (table == NULL)
        return http_request_empty(change->req, fault);
    return http_request_json(change->req, required, &body, fault) &&
           fields_decode_body(table, body, false, out, NULL, change->arena, fault);
}

bool change_reply(const struct change *change, struct http_response *res, int64_t version)
{
    http_reply_resource(change->req, res, HTTP_OK, version);
    return true;
}

bool change_reply_created(const struct change *change, struct http_response *res,
                          const struct uuid *id, int64_t version, struct fault *fault)
{
    http_reply_resource(change->req, res, HTTP_CREATED, version);
    return http_reply_location(change->req, res, id, fault);
}

bool change_reply_fields(const struct change *change, struct http_response *res,
                         const struct fields *table, const void *resource, int64_t version)
{
    fields_encode(table, resource, false, &res->body);
    return change_reply(change, res, version);
}

bool change_reply_deleted(const struct change *change, struct http_response *res,
                          const struct uuid *id)
{
    char text[UUID_TEXT_LEN + 1];

    http_reply_empty(res);
    if (change->dry_run) {
        uuid_format(id, text);
        buf_printf(&res->body, "{\"deleted\":\"%s\"}", text);
    }
    return true;
}
