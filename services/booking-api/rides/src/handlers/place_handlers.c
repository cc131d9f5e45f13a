// SPDX-License-Identifier: MIT
/* Places and routes, for all actors of rides. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/list.h"
#include "json/city.h"

#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "places/place.h"
#include "places/places_json.h"
#include "places/route_store.h"

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
#undef AT
static const struct fields query_fields = FIELDS_OF(query_items, struct query);

static size_t all_places(const struct city *out[PLACES_MAX])
{
    size_t count = 0;

    for (; count < place_count() && count < PLACES_MAX; count++)
        out[count] = place_at(count);
    return count;
}

/* The cursor is the number of places before the page. */
enum http_status get_places(void *data, const struct http_request *req, struct http_response *res)
{
    struct query query = {.page = {.limit = LIST_LIMIT_DEFAULT}};
    const struct city *found[PLACES_MAX];
    struct list_page *page = &query.page;
    struct fault fault;

    (void)data;
    if (!http_request_query(req, &query_fields, &query, &fault) ||
        !list_page_read(req, SLICE("places"), page, &fault) ||
        !access_check_party(api_caller(req), &fault))
        return http_reply_fault(req, res, &fault);
    const size_t count =
        query.typed.at != NULL ? place_search(query.typed, found) : all_places(found);
    size_t at = (size_t)page->after.number;

    list_begin(&res->body);
    for (size_t i = 0; i < (size_t)page->limit && at < count; i++, at++) {
        list_separator(&res->body, i);
        fields_encode(&city_fields, found[at], true, &res->body);
    }
    page->after.number = (int64_t)at;
    list_end(&res->body, at < count ? &page->after : NULL, page->filters);
    return http_reply_json(res, HTTP_OK);
}

enum http_status get_route(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    struct place_pair pair = {0};
    struct route route;
    struct fault fault;

    if (!http_request_query(req, &place_pair_fields, &pair, &fault) ||
        !access_check_party(caller, &fault) ||
        !route_store_find(service->db, &caller->tenant_id, place_find(pair.from),
                          place_find(pair.to), &route, &fault))
        return http_reply_fault(req, res, &fault);
    route_encode(&route, &res->body);
    return http_reply_resource(req, res, HTTP_OK, route.version);
}

static bool read_path(const struct http_request *req, struct route *route, struct fault *fault)
{
    route->from = place_find(req->params[0]);
    route->to = place_find(req->params[1]);
    return (route->from != NULL && route->to != NULL && route->from != route->to) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such route.");
}

static bool replace(struct change *change, void *arg, struct http_response *res,
                    struct fault *fault)
{
    const struct uuid *tenant_id = &change->caller->tenant_id;
    struct route route = {0}, now;
    struct uuid id;

    (void)arg;
    if (!access_check_staff(change->caller, fault) ||
        !http_request_decode(change->req, &route_fields, false, &route, NULL, fault) ||
        !read_path(change->req, &route, fault) ||
        !route_store_lock(change->tx, tenant_id, route.from, route.to, &now, fault) ||
        !change_if_match(change, now.version, fault) ||
        !route_store_put(change->tx, tenant_id, &route, &id, fault))
        return false;
    change_audit(change, "route.set", "route", &id, route.version);
    route_encode(&route, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, route.version);
    return true;
}

CHANGE_BY_BODY(put_route, replace)
