// SPDX-License-Identifier: MIT
#include "api/read_by_id.h"

#include "apartments/apartments_json.h"
#include "handlers/handlers.h"

/* Lists the cities. The cursor is the index of the next city. */
static enum http_status list_cities(struct reading *reading, struct http_response *res)
{
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};

    if (!http_request_query(reading->req, &list_page_fields, &page, &reading->fault) ||
        !list_page_read(reading->req, SLICE("cities"), &page, &reading->fault))
        return read_refuse(reading, res);
    size_t at = (size_t)page.after.number;

    list_begin(&res->body);
    for (size_t i = 0; i < (size_t)page.limit && at < city_count; i++, at++) {
        list_separator(&res->body, i);
        fields_encode(&city_fields, &city_all[at], true, &res->body);
    }
    page.after.number = (int64_t)at;
    list_end(&res->body, at < city_count ? &page.after : NULL, page.filters);
    return read_reply(reading, res, 0);
}

READ_ALL(get_cities, list_cities)
