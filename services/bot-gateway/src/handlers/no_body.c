// SPDX-License-Identifier: MIT
#include "handlers/no_body.h"

bool no_body(const struct change *change, struct fault *fault)
{
    static const struct fields nothing = {.item_size = sizeof(char)};
    const struct json_body *body;
    char none;

    return http_request_json(change->req, false, &body, fault) &&
           fields_decode_body(&nothing, body, false, &none, NULL, change->arena, fault);
}
