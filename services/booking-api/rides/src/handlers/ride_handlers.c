// SPDX-License-Identifier: MIT
/* Passengers see and change their own rides, drivers those of their trips, staff all. */
#include "handlers/ride_handlers.h"

#include <string.h>

#include "api/change_by_id.h"

#include "ride_callers.h"
#include "rides/ride_avoid_store.h"
#include "rides/ride_change.h"
#include "rides/ride_store.h"
#include "rides/rides_json.h"
#include "trips/trips_json.h"

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct ride_draft draft;
    struct ride ride;

    (void)arg;
    ride_draft_defaults(&draft);
    if (!http_request_decode(change->req, &ride_draft_fields, false, &draft, NULL, fault) ||
        !ride_create(change, &draft, &rows, &ride, fault) ||
        !http_reply_location(change->req, res, &ride.id, fault))
        return false;
    ride_encode(&ride, change->caller, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, ride.version);
    return true;
}

CHANGE_BY_BODY(post_ride, create)

enum http_status get_ride(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    auto_rows struct db_rows rows = {0};
    struct ride ride;
    struct fault fault;
    struct uuid id;
    bool hidden;

    if (!http_request_uuid(req, 0, &id, &fault) || !http_request_query(req, NULL, NULL, &fault) ||
        !ride_store_find(service->db, &caller->tenant_id, &id, &rows, &ride, &fault) ||
        !ride_hidden(service->db, &ride, caller, &hidden, &fault) ||
        (hidden && !fault_set(&fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.")))
        return http_reply_fault(req, res, &fault);
    ride_encode(&ride, caller, &res->body);
    return http_reply_resource(req, res, HTTP_OK, ride.version);
}

static void encode_match(const struct db_rows *rows, int row, const void *data, struct buf *out,
                         struct list_cursor *cursor)
{
    struct trip_found found;

    (void)data;
    trip_found_read(rows, row, &found);
    trip_found_encode(&found, out);
    cursor->number = found.depart_at;
    cursor->id = found.trip_id;
}

/* Searches trips for an open ride; an empty window if it no longer looks for one. */
static void match(const struct ride *ride, struct trip_query *query)
{
    const bool looks = ride->status == RIDE_OPEN && !ride_has_trip(ride);

    query->from = ride->from_place;
    query->to = ride->to_place;
    query->depart_from = looks ? ride->preferences.depart_from : ride->now;
    query->depart_to = looks ? ride->preferences.depart_to : ride->now - 1;
    query->seats = ride->seats;
    query->child_seats = ride->child_seats;
    query->kind = ride->kind;
}

enum http_status get_matches(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    struct trip_query query = {
        .max_price = FIELD_ABSENT,
        .instant = -1,
        .full = -1,
        .page = {.limit = LIST_LIMIT_DEFAULT},
    };
    auto_rows struct db_rows rows = {0}, found = {0};
    struct ride ride;
    struct fault fault;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, &fault) ||
        !http_request_query(req, &list_page_fields, &query.page, &fault) ||
        !list_page_read(req, SLICE("matches"), &query.page, &fault) ||
        !ride_store_find(service->db, &caller->tenant_id, &id, &rows, &ride, &fault) ||
        ((caller->actor == RIDE_ACTOR_DRIVER || !ride_visible(&ride, caller)) &&
         !fault_set(&fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.")))
        return http_reply_fault(req, res, &fault);
    match(&ride, &query);
    if (!trip_search(service->db, &caller->tenant_id, &query, query.page.limit + 1, &found, &fault))
        return http_reply_fault(req, res, &fault);
    list_encode(&found, (int)trip_found_shape.count, &query.page, encode_match, NULL, &res->body);
    return http_reply_json(res, HTTP_OK);
}

/* Bodies of the actions; NULL: none. */
static const struct fields *const bodies[RIDE_ACTION_COUNT] = {
    [RIDE_CONFIRM] = &ride_confirm_fields,       [RIDE_DECLINE] = &ride_reason_fields,
    [RIDE_DELIVER] = &ride_deliver_fields,       [RIDE_MARK_NO_SHOW] = &ride_reason_fields,
    [RIDE_DRIVER_NO_SHOW] = &ride_reason_fields, [RIDE_CANCEL] = &ride_cancel_fields,
    [RIDE_SETTLE] = &ride_settle_fields,
};

static bool act(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    const enum ride_action action = (enum ride_action)asked->action;
    const struct fields *table = bodies[action];
    struct ride_note note = {.paid = FIELD_ABSENT, .expected_refund = FIELD_ABSENT};
    auto_rows struct db_rows rows = {0};
    const struct json_body *body;
    struct ride ride;

    if (table == NULL
            ? !http_request_empty(change->req, fault)
            : !http_request_json(change->req, action == RIDE_SETTLE, &body, fault) ||
                  !fields_decode_body(table, body, false, &note, NULL, change->arena, fault))
        return false;
    if (!ride_act(change, &asked->id, action, &note, &rows, &ride, fault)) {
        if (change->dry_run || strcmp(fault->code, "wrong_code") != 0)
            return false;
        http_reply_fault(change->req, res, fault);
        return true; /* commits the counted try */
    }
    ride_encode(&ride, change->caller, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, ride.version);
    return true;
}

CHANGE_BY_ACTION(confirm_ride, act, RIDE_CONFIRM)
CHANGE_BY_ACTION(decline_ride, act, RIDE_DECLINE)
CHANGE_BY_ACTION(claim_ride_payment, act, RIDE_CLAIM_PAYMENT)
CHANGE_BY_ACTION(board_ride, act, RIDE_BOARD)
CHANGE_BY_ACTION(drop_ride, act, RIDE_DROP)
CHANGE_BY_ACTION(deliver_ride, act, RIDE_DELIVER)
CHANGE_BY_ACTION(no_show_ride, act, RIDE_MARK_NO_SHOW)
CHANGE_BY_ACTION(driver_no_show_ride, act, RIDE_DRIVER_NO_SHOW)
CHANGE_BY_ACTION(settle_ride, act, RIDE_SETTLE)
CHANGE_BY_ACTION(cancel_ride, act, RIDE_CANCEL)
