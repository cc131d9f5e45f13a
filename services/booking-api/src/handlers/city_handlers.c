// SPDX-License-Identifier: MIT
#include "api/list.h"

#include "apartments/apartments_json.h"
#include "handlers/handlers.h"

/* Lists the cities. The cursor is the index of the next city. */
enum http_status get_cities(void *data, const struct http_request *req, struct http_response *res)
{
    (void)data;
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    struct fault fault;
    if (!http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("cities"), &page, &fault))
        return http_reply_fault(req, res, &fault);
    size_t count = (size_t)page.limit;
    size_t at = (size_t)page.after.number;
    list_begin(&res->body);
    for (size_t i = 0; i < count && at < city_count; i++, at++) {
        list_separator(&res->body, i);
        fields_encode(&city_fields, &city_all[at], true, &res->body);
    }
    page.after.number = (int64_t)at;
    list_end(&res->body, at < city_count ? &page.after : NULL, page.filters);
    return http_reply_json(res, HTTP_OK);
}
