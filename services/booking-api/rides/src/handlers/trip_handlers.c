// SPDX-License-Identifier: MIT
/* Staff see all trips of their tenant, drivers their own, passengers bookable ones. */
#include "api/change_by_id.h"
#include "api/list.h"
#include "api/steps.h"
#include "base/now.h"

#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "ride_callers.h"
#include "rides/ride_avoid_store.h"
#include "rides/ride_list_json.h"
#include "rides/ride_store.h"
#include "rides/trip_act.h"
#include "rides/trip_edit.h"
#include "rides/trip_rides.h"
#include "trips/trip_create.h"
#include "trips/trip_store.h"
#include "trips/trips_json.h"

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    struct trip draft, trip;

    (void)arg;
    trip_defaults(&draft);
    if (!http_request_decode(change->req, &trip_fields, false, &draft, NULL, fault) ||
        !trip_create(change, &draft, &trip, fault) ||
        !http_reply_location(change->req, res, &trip.id, fault))
        return false;
    trip_encode(&trip, change->caller, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, trip.version);
    return true;
}

CHANGE_BY_BODY(post_trip, create)

static bool not_found(struct fault *fault)
{
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such trip.");
}

/* Allows staff and the trip's driver; for others the resource does not exist. */
static bool check_owner(const struct trip *trip, const struct api_caller *caller,
                        struct fault *fault)
{
    return api_caller_is_staff(caller) ||
           (caller->actor == RIDE_ACTOR_DRIVER &&
            uuid_equal(&trip->driver_id, &caller->actor_id)) ||
           not_found(fault);
}

/* A passenger sees a trip while its last stops can be booked. */
static bool may_see(const struct trip *trip, const struct api_caller *caller)
{
    if (caller->actor == RIDE_ACTOR_DRIVER)
        return uuid_equal(&trip->driver_id, &caller->actor_id);
    return api_caller_is_staff(caller) ||
           (caller->actor == RIDE_ACTOR_GUEST &&
            (trip->status == TRIP_SCHEDULED || trip->status == TRIP_STARTED) &&
            trip->arrives_at > trip->now);
}

/* Are the passenger and the driver excluded from each other by a rating? */
static bool is_avoided(const struct service *service, const struct api_caller *caller,
                       const struct trip *trip, bool *avoided, struct fault *fault)
{
    *avoided = false;
    return caller->actor != RIDE_ACTOR_GUEST ||
           ride_avoids(service->db, &caller->tenant_id, &trip->driver_id, caller->actor_number,
                       avoided, fault);
}

/* Finds the trip of the path, if the caller may see it, and decodes the query by `table`. */
static bool find(const struct service *service, const struct http_request *req,
                 const struct fields *table, void *query, struct db_rows *rows, struct trip *out,
                 struct fault *fault)
{
    const struct api_caller *caller = api_caller(req);
    struct trip trip;
    struct uuid id;
    bool avoided;

    if (!http_request_uuid(req, 0, &id, fault) || !http_request_query(req, table, query, fault) ||
        !trip_store_find(service->db, &caller->tenant_id, &id, rows, &trip, fault) ||
        !is_avoided(service, caller, &trip, &avoided, fault))
        return false;
    if (avoided || !may_see(&trip, caller))
        return not_found(fault);
    *out = trip;
    return true;
}

enum http_status get_trip(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    auto_rows struct db_rows rows = {0};
    struct trip_ride_counts counts;
    struct trip trip;
    struct fault fault;

    if (!find(service, req, NULL, NULL, &rows, &trip, &fault) ||
        !trip_decode_texts(&trip, req->arena, &fault) ||
        !trip_count_rides(service->db, &trip.id, &counts, &fault))
        return http_reply_fault(req, res, &fault);
    trip.confirmed_rides = counts.confirmed;
    trip_encode(&trip, api_caller(req), &res->body);
    return http_reply_resource(req, res, HTTP_OK, trip.version);
}

enum http_status get_trip_history(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    auto_rows struct db_rows rows = {0};
    struct list_page page = {.limit = STEPS_LIMIT};
    struct trip trip;
    struct fault fault;

    if (!find(service, req, &list_page_fields, &page, &rows, &trip, &fault) ||
        !check_owner(&trip, api_caller(req), &fault))
        return http_reply_fault(req, res, &fault);
    return steps_reply(req, res, service->db, &trip_history_statement, &trip.id, &page, NULL);
}

/* Statuses of listed passengers: with a seat now or in the past, or waiting for the driver's
 * confirmation; not on the waiting list. */
enum {
    PASSENGERS = 1 << RIDE_HELD | 1 << RIDE_REQUESTED | 1 << RIDE_PAYMENT_CLAIMED |
                 1 << RIDE_CONFIRMED | 1 << RIDE_BOARDED | 1 << RIDE_COMPLETED | 1 << RIDE_NO_SHOW
};

enum http_status get_passengers(void *data, const struct http_request *req,
                                struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    auto_rows struct db_rows rows = {0}, rides = {0};
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    struct trip trip;
    struct fault fault;

    if (!find(service, req, &list_page_fields, &page, &rows, &trip, &fault) ||
        !check_owner(&trip, caller, &fault) ||
        !list_page_read(req, (struct slice){(const char *)trip.id.bytes, sizeof trip.id}, &page,
                        &fault))
        return http_reply_fault(req, res, &fault);
    const struct ride_filter filter = {
        .statuses = PASSENGERS,
        .trip_id = trip.id,
        .telegram_id = FIELD_ABSENT,
        .depart_from = FIELD_ABSENT,
        .depart_to = FIELD_ABSENT,
    };
    if (!ride_list(service->db, &caller->tenant_id, &filter, &page.after, page.limit + 1, &rides,
                   &fault))
        return http_reply_fault(req, res, &fault);
    list_encode(&rides, (int)ride_shape.count, &page, ride_encode_item, caller, &res->body);
    return http_reply_json(res, HTTP_OK);
}

static bool edit(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0}, again = {0};
    struct trip_edit edit;
    struct trip trip;

    if (!trip_edit_begin(change, &asked->id, &rows, &edit, fault) ||
        !http_request_decode(change->req, &trip_edit_fields, true, &edit.trip, NULL, fault) ||
        !trip_edit_end(change, &edit, &again, &trip, fault))
        return false;
    trip_encode(&trip, change->caller, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, trip.version);
    return true;
}

CHANGE_BY_ID(patch_trip, edit)

static bool act(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    const enum trip_action action = (enum trip_action)asked->action;
    const struct fields *table = action == TRIP_DELAY    ? &trip_delay_fields
                                 : action == TRIP_CANCEL ? &trip_cancel_fields
                                                         : NULL;
    struct trip_note note = {.from_stop = FIELD_ABSENT};
    auto_rows struct db_rows rows = {0};
    const struct json_body *body;
    struct trip trip;

    if (table == NULL
            ? !http_request_empty(change->req, fault)
            : !http_request_json(change->req, action == TRIP_DELAY, &body, fault) ||
                  !fields_decode_body(table, body, false, &note, NULL, change->arena, fault))
        return false;
    if (!trip_act(change, &asked->id, action, &note, &rows, &trip, fault))
        return false;
    trip_encode(&trip, change->caller, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, trip.version);
    return true;
}

CHANGE_BY_ACTION(confirm_trip, act, TRIP_CONFIRM)
CHANGE_BY_ACTION(delay_trip, act, TRIP_DELAY)
CHANGE_BY_ACTION(start_trip, act, TRIP_START)
CHANGE_BY_ACTION(finish_trip, act, TRIP_FINISH)
CHANGE_BY_ACTION(cancel_trip, act, TRIP_CANCEL)

static void encode_found(const struct db_rows *rows, int row, const void *data, struct buf *out,
                         struct list_cursor *cursor)
{
    const struct trip_query *query = data;
    struct trip_found found;

    trip_found_read(rows, row, &found);
    trip_found_encode(&found, out);
    cursor->number = query->sort == TRIP_BY_PRICE ? found.price : found.depart_at;
    cursor->id = found.trip_id;
}

static bool search(const struct service *service, const struct api_caller *caller,
                   const struct trip_query *query, struct buf *out, struct fault *fault)
{
    struct trip_nearby days[TRIP_NEARBY_MAX];
    auto_rows struct db_rows rows = {0};
    size_t count;

    if (!trip_search(service->db, &caller->tenant_id, query, query->page.limit + 1, &rows, fault))
        return false;
    if (rows.count > 0 || query->page.after.set) {
        list_encode(&rows, (int)trip_found_shape.count, &query->page, encode_found, query, out);
        return true;
    }
    if (!trip_search_nearby(service->db, &caller->tenant_id, query, days, &count, fault))
        return false;
    trip_nearby_encode(days, count, out);
    return true;
}

struct listed {
    const struct trip *trips;
    const struct api_caller *caller;
};

static void encode_listed(const struct db_rows *rows, int row, const void *data, struct buf *out,
                          struct list_cursor *cursor)
{
    const struct listed *listed = data;
    const struct trip *trip = &listed->trips[row];

    (void)rows;
    trip_encode(trip, listed->caller, out);
    cursor->number = trip->departs_at;
    cursor->id = trip->id;
}

/* Narrows the query to the driver's own trips. False: the result is empty. */
static bool narrow(struct trip_query *query, const struct api_caller *caller)
{
    if (caller->actor != RIDE_ACTOR_DRIVER)
        return true;
    if (uuid_is_nil(&query->driver_id))
        query->driver_id = caller->actor_id;
    return uuid_equal(&query->driver_id, &caller->actor_id);
}

static bool list(const struct service *service, const struct api_caller *caller,
                 struct trip_query *query, struct arena *arena, struct buf *out,
                 struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct trip *trips;

    if (caller->actor == RIDE_ACTOR_GUEST)
        return fault_set_field(fault, arena, "from", "required", "From where.");
    if (narrow(query, caller) &&
        !trip_store_list(service->db, &caller->tenant_id, query, &rows, fault))
        return false;
    trips = arena_alloc(arena, (size_t)(rows.count + 1) * sizeof *trips);
    if (trips == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count; i++) {
        trip_store_read_listed(&rows, i, &trips[i]);
        if (!trip_decode_texts(&trips[i], arena, fault))
            return false;
    }
    const struct listed listed = {trips, caller};
    list_encode(&rows, trip_listed_columns, &query->page, encode_listed, &listed, out);
    return true;
}

enum http_status get_trips(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    struct trip_query query = {
        .date = FIELD_ABSENT32,
        .seats = 1,
        .kind = FARE_SEATS,
        .max_price = FIELD_ABSENT,
        .instant = -1,
        .full = -1,
        .sort = TRIP_BY_DEPARTURE,
        .guest = caller->actor == RIDE_ACTOR_GUEST ? caller->actor_number : FIELD_ABSENT,
        .page = {.limit = LIST_LIMIT_DEFAULT},
    };
    struct fault fault;

    if (!http_request_query(req, &trip_query_fields, &query, &fault) ||
        !list_page_read(req, SLICE("trips"), &query.page, &fault) ||
        !access_check_party(caller, &fault))
        return http_reply_fault(req, res, &fault);
    trip_query_set_window(&query, now_wall_us());
    if (query.from.at != NULL ? !search(service, caller, &query, &res->body, &fault)
                              : !list(service, caller, &query, req->arena, &res->body, &fault))
        return http_reply_fault(req, res, &fault);
    return http_reply_json(res, HTTP_OK);
}
