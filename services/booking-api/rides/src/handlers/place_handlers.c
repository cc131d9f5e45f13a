// SPDX-License-Identifier: MIT
/* Places and routes, for all actors of rides. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "json/city.h"

#include "handlers/ride_handlers.h"
#include "places/places_json.h"

enum { TYPED_MAX = 64 };

struct query {
    struct slice typed;
    struct list_page page;
};

#define AT(member) .offset = offsetof(struct query, member)
static const struct field query_items[] = {
    {.name = "q",      .type = FIELD_TEXT, AT(typed),             .min = 1, .max = TYPED_MAX},
    {.name = "cursor", .type = FIELD_RAW,  AT(page.cursor)      },
    {.name = "limit",  .type = FIELD_INT,            AT(page.limit), .min = 1,         .max = LIST_LIMIT_MAX          },
};
static const struct fields query_fields = FIELDS_OF(query_items, struct query);

/* The cursor is the number of places before the page. */
static enum http_status list_places(struct reading *reading, struct http_response *res)
{
    struct query query = {.page = {.limit = LIST_LIMIT_DEFAULT}};
    const struct city *found[PLACES_MAX];
    struct list_page *page = &query.page;

    if (!http_request_query(reading->req, &query_fields, &query, &reading->fault) ||
        !list_page_read(reading->req, SLICE("places"), page, &reading->fault) ||
        !handler_check_rides_actor(reading->caller, &reading->fault))
        return read_refuse(reading, res);
    const size_t count = place_search(query.typed, found);
    size_t at = (size_t)page->after.number;

    list_begin(&res->body);
    for (size_t i = 0; i < (size_t)page->limit && at < count; i++, at++) {
        list_separator(&res->body, i);
        fields_encode(&city_fields, found[at], true, &res->body);
    }
    page->after.number = (int64_t)at;
    list_end(&res->body, at < count ? &page->after : NULL, page->filters);
    return read_reply(reading, res, 0);
}

READ_ALL(get_places, list_places)

static enum http_status show_route(struct reading *reading, struct http_response *res)
{
    struct place_pair pair = {0};
    struct route route;

    if (!http_request_query(reading->req, &place_pair_fields, &pair, &reading->fault) ||
        !handler_check_rides_actor(reading->caller, &reading->fault) ||
        !route_store_find_or_default(reading->db, &reading->caller->tenant_id,
                                     place_find(pair.from), place_find(pair.to), &route,
                                     &reading->fault))
        return read_refuse(reading, res);
    route_encode(&route, &res->body);
    return read_reply(reading, res, route.version);
}

READ_ALL(get_route, show_route)

static bool set_places_from_path(const struct http_request *req, struct route *route,
                                 struct fault *fault)
{
    route->from = place_find(req->params[0]);
    route->to = place_find(req->params[1]);
    return (route->from != NULL && route->to != NULL && route->from != route->to) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such route.");
}

static bool replace_route(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    const struct uuid *tenant_id = &change->caller->tenant_id;
    struct route route = {0}, now;
    struct uuid id;

    (void)arg;
    if (!api_check_staff(change->caller, fault) ||
        !http_request_decode(change->req, &route_fields, false, &route, NULL, fault) ||
        !set_places_from_path(change->req, &route, fault) ||
        !route_store_lock_or_default(change->tx, tenant_id, route.from, route.to, &now, fault) ||
        !change_if_match(change, now.version, fault) ||
        !route_store_upsert(change->tx, tenant_id, &route, &id, fault))
        return false;
    change_audit(change, "route.set", "route", &id, route.version);
    route_encode(&route, &res->body);
    return change_reply(change, res, route.version);
}

CHANGE_BY_BODY(put_route, replace_route)
