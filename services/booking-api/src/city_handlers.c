// SPDX-License-Identifier: MIT
#include "city_handlers.h"

#include "api/list.h"

#include "city.h"

enum http_status get_cities(void *data, const struct http_request *req, struct http_response *res)
{
    (void)data;
    struct fault fault;
    if (!http_request_query(req, NULL, NULL, &fault))
        return http_reply_fault(req, res, &fault);
    list_begin(&res->body);
    for (size_t i = 0; i < city_count; i++) {
        list_separator(&res->body, i);
        fields_encode(&city_fields, &city_all[i], true, &res->body);
    }
    list_end(&res->body, NULL, SLICE(""));
    return http_reply_json(res, HTTP_OK);
}
