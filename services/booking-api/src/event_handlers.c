// SPDX-License-Identifier: MIT
/* What happened, for whoever wants to catch up: pages that end, but a cursor that never does. */
#include "event_handlers.h"

#include <stddef.h>

#include "access.h"
#include "app.h"
#include "event_json.h"
#include "event_store.h"

struct query {
    struct slice after;
    int64_t limit;
};

// clang-format off
static const struct field query_items[] = {
    {.name = "after", .type = FIELD_RAW, .offset = offsetof(struct query, after)},
    {.name = "limit", .type = FIELD_INT, .offset = offsetof(struct query, limit), .min = 1, .max = LIST_LIMIT_MAX},
};
// clang-format on
static const struct fields query_fields = FIELDS_OF(query_items, struct query);

static bool read_place(struct slice after, struct event_place *place, struct arena *arena,
                       struct fault *fault)
{
    struct list_place packed;

    if (after.at == NULL)
        return true;
    if (!list_cursor_read(after, "after", SLICE("events"), arena, &packed, fault))
        return false;
    return event_place_unpack(&packed, place) ||
           fault_set_field(fault, arena, "after", "bad_cursor", "No event was at this place.");
}

enum http_status get_events(void *data, const struct http_request *req, struct http_response *res)
{
    const struct api_caller *caller = api_caller(req);
    struct booking_app *app = data;
    auto_rows struct db_rows rows = {0};
    struct query query = {.limit = LIST_LIMIT_DEFAULT};
    struct event_place place = {0};
    struct list_place next;
    struct fault fault;

    if (caller->actor == ACTOR_GUEST) {
        fault_set(&fault, FAULT_FORBIDDEN, "forbidden", "Events are not for guests.");
        return http_reply_fault(req, res, &fault);
    }
    if (!http_request_query(req, &query_fields, &query, &fault) ||
        !read_place(query.after, &place, req->arena, &fault) ||
        !event_store_list(app->service->db, &caller->tenant_id, &caller->actor_id, &place,
                          query.limit, &rows, &fault))
        return http_reply_fault(req, res, &fault);
    list_begin(&res->body);
    for (int i = 0; i < rows.count; i++) {
        struct event event;
        event_store_read(&rows, i, &event);
        list_separator(&res->body, (size_t)i);
        event_encode(&event, &res->body);
        place = event.place;
    }
    next = event_place_pack(&place);
    list_end(&res->body, &next, SLICE("events"));
    return http_reply_json(res, HTTP_OK);
}
