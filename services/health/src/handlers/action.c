// SPDX-License-Identifier: MIT
#include "handlers/action.h"

#include "api/caller.h"

void action_write_actor(const struct http_request *req, char who[INCIDENT_WHO_MAX + 1])
{
    const struct slice text = api_caller(req)->actor_text;

    slice_copy((struct slice){text.at, slice_prefix_len(text, INCIDENT_WHO_MAX)}, who,
               INCIDENT_WHO_MAX + 1);
}

void action_reply_begin(bool dry, struct http_response *res)
{
    if (dry)
        buf_text(&res->body, "{\"would\":");
}

enum http_status action_reply_end(bool dry, struct http_response *res, enum http_status status)
{
    if (dry)
        buf_char(&res->body, '}');
    return http_reply_json(res, dry ? HTTP_OK : status);
}

enum http_status action_reply_dry_delete(const char *deleted, struct http_response *res)
{
    buf_printf(&res->body, "{\"would\":{\"deleted\":\"%s\"}}", deleted);
    return http_reply_json(res, HTTP_OK);
}
