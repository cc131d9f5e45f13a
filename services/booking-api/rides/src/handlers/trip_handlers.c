// SPDX-License-Identifier: MIT
/* Routes of trips. Staff see all trips of their tenant, drivers their own trips, passengers trips
 * that can be booked and trips on which they have a confirmed, boarded or completed ride. */
#include "api/change_by_id.h"
#include "base/now.h"

#include "handlers/ride_handlers.h"
#include "rides/ride_change.h"
#include "trips/trip_create.h"

static bool create_trip(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    struct trip draft, trip;

    (void)arg;
    trip_defaults(&draft);
    if (!http_request_decode(change->req, &trip_fields, false, &draft, NULL, fault) ||
        !trip_create(change, &draft, false, &trip, fault) ||
        !ride_add_match_events(change, &trip.id, fault))
        return false;
    trip_encode(&trip, change->caller, &res->body);
    return change_reply_created(change, res, &trip.id, trip.version, fault);
}

CHANGE_BY_BODY(post_trip, create_trip)

static bool refuse_unknown_trip(struct fault *fault)
{
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such trip.");
}

/* Allows staff and the trip's driver. Other callers get FAULT_NOT_FOUND. */
static bool check_driver_or_staff(const struct trip *trip, const struct api_caller *caller,
                                  struct fault *fault)
{
    return api_caller_is_staff(caller) ||
           (caller->actor == RIDE_ACTOR_DRIVER &&
            uuid_equal(&trip->driver_id, &caller->actor_id)) ||
           refuse_unknown_trip(fault);
}

/* May the caller see the trip? A passenger may until the arrival at the last stop, and later only
 * if find_whether_ridden() is true. */
static bool may_see_without_ride(const struct trip *trip, const struct api_caller *caller)
{
    if (caller->actor == RIDE_ACTOR_DRIVER)
        return uuid_equal(&trip->driver_id, &caller->actor_id);
    return api_caller_is_staff(caller) ||
           (caller->actor == RIDE_ACTOR_GUEST && !trip->driver_blocked &&
            (trip->status == TRIP_SCHEDULED || trip->status == TRIP_STARTED) &&
            trip->arrives_at > trip->now);
}

/* Has the passenger a confirmed, boarded or completed ride on the trip? */
static bool find_whether_ridden(struct reading *reading, bool *ridden)
{
    const struct api_caller *caller = reading->caller;
    const struct ride_filter filter = {
        .statuses = 1 << RIDE_CONFIRMED | 1 << RIDE_BOARDED | 1 << RIDE_COMPLETED,
        .trip_id = reading->id,
        .telegram_id = caller->actor_number,
        .depart_from = FIELD_ABSENT,
        .depart_to = FIELD_ABSENT,
    };
    const struct list_page first = {.limit = 1};
    auto_rows struct db_rows rows = {0};

    if (!ride_list(reading->db, &caller->tenant_id, &filter, &first, &rows, &reading->fault))
        return false;
    *ridden = rows.count > 0;
    return true;
}

/* Finds the trip of the path. FAULT_NOT_FOUND also if the caller may not see the trip, or if
 * passenger and driver are excluded from each other by a one-star rating. */
static bool find_visible_trip(struct reading *reading, struct trip *out)
{
    const struct api_caller *caller = reading->caller;
    struct ride_pair pair = {0};
    bool ridden = false;

    if (!trip_store_find(reading->db, &caller->tenant_id, &reading->id, reading->req->arena, out,
                         &reading->fault) ||
        (caller->actor == RIDE_ACTOR_GUEST &&
         (!ride_pair_find(reading->db, &caller->tenant_id, &out->driver_id, caller->actor_number,
                          &pair, &reading->fault) ||
          (!may_see_without_ride(out, caller) && !find_whether_ridden(reading, &ridden)))))
        return false;
    return (!pair.is_excluded && (ridden || may_see_without_ride(out, caller))) ||
           refuse_unknown_trip(&reading->fault);
}

static enum http_status show_trip(struct reading *reading, struct http_response *res)
{
    struct trip_ride_counts counts;
    struct trip trip;

    if (!find_visible_trip(reading, &trip) ||
        !trip_decode_stored_json(&trip, reading->req->arena, &reading->fault) ||
        !ride_count_on_trip(reading->db, &trip, &counts, &reading->fault))
        return read_refuse(reading, res);
    trip_encode(&trip, reading->caller, &res->body);
    return read_reply(reading, res, trip.version);
}

READ_BY_ID(get_trip, show_trip)

static enum http_status show_history(struct reading *reading, struct http_response *res)
{
    struct trip trip;

    if (!find_visible_trip(reading, &trip) ||
        !check_driver_or_staff(&trip, reading->caller, &reading->fault))
        return read_refuse(reading, res);
    return steps_reply(reading->req, res, reading->db, &trip_history_statement, &trip.id,
                       &reading->page, handler_hide_account_from_driver);
}

READ_PAGE_BY_ID(get_trip_history, show_history, STEPS_LIMIT)

/* Statuses of the rides whose passengers are listed: with a seat now or in the past, or waiting for
 * the driver's confirmation; rides on the waiting list are omitted. */
enum {
    PASSENGERS = 1 << RIDE_HELD | 1 << RIDE_REQUESTED | 1 << RIDE_PAYMENT_CLAIMED |
                 1 << RIDE_CONFIRMED | 1 << RIDE_BOARDED | 1 << RIDE_COMPLETED | 1 << RIDE_NO_SHOW
};

static enum http_status list_passengers(struct reading *reading, struct http_response *res)
{
    const struct api_caller *caller = reading->caller;
    const struct ride_filter filter = {
        .statuses = PASSENGERS,
        .trip_id = reading->id,
        .telegram_id = FIELD_ABSENT,
        .depart_from = FIELD_ABSENT,
        .depart_to = FIELD_ABSENT,
    };
    auto_rows struct db_rows rides = {0};
    struct trip trip;

    if (!find_visible_trip(reading, &trip) ||
        !check_driver_or_staff(&trip, caller, &reading->fault) ||
        !list_page_read(reading->req, SLICE("passengers"), &reading->page, &reading->fault) ||
        !ride_list(reading->db, &caller->tenant_id, &filter, &reading->page, &rides,
                   &reading->fault))
        return read_refuse(reading, res);
    list_encode(&rides, (int)ride_shape.count, &reading->page, ride_encode_item, caller,
                &res->body);
    return read_reply(reading, res, 0);
}

READ_PAGE_BY_ID(get_passengers, list_passengers, LIST_LIMIT_DEFAULT)

static bool edit_trip(struct change *change, void *arg, struct http_response *res,
                      struct fault *fault)
{
    const struct asked *asked = arg;
    struct trip_edit edit;
    struct trip trip;

    if (!trip_edit_begin(change, &asked->id, &edit, fault) ||
        !http_request_decode(change->req, &trip_edit_fields, true, &edit.trip, NULL, fault) ||
        !trip_edit_end(change, &edit, &trip, fault))
        return false;
    trip_encode(&trip, change->caller, &res->body);
    return change_reply(change, res, trip.version);
}

CHANGE_BY_ID(patch_trip, edit_trip)

static bool run_trip_action(struct change *change, void *arg, struct http_response *res,
                            struct fault *fault)
{
    const struct asked *asked = arg;
    const enum trip_action action = (enum trip_action)asked->action;
    const struct fields *table = action == TRIP_DELAY    ? &trip_delay_fields
                                 : action == TRIP_CANCEL ? &trip_cancel_fields
                                                         : NULL;
    struct trip_note note = {.from_stop = FIELD_ABSENT};
    struct trip trip;

    if (!change_decode(change, table, action == TRIP_DELAY, &note, fault) ||
        !trip_act(change, &asked->id, action, &note, &trip, fault))
        return false;
    trip_encode(&trip, change->caller, &res->body);
    return change_reply(change, res, trip.version);
}

CHANGE_BY_ACTION(confirm_trip, run_trip_action, TRIP_CONFIRM)
CHANGE_BY_ACTION(delay_trip, run_trip_action, TRIP_DELAY)
CHANGE_BY_ACTION(start_trip, run_trip_action, TRIP_START)
CHANGE_BY_ACTION(finish_trip, run_trip_action, TRIP_FINISH)
CHANGE_BY_ACTION(cancel_trip, run_trip_action, TRIP_CANCEL)

static bool encode_search_results(struct reading *reading, const struct trip_query *query,
                                  struct buf *out)
{
    const struct uuid *tenant_id = &reading->caller->tenant_id;
    struct trip_nearby days[TRIP_NEARBY_MAX];
    auto_rows struct db_rows rows = {0};
    size_t count;

    if (!trip_search(reading->db, tenant_id, query, query->page.limit + 1, &rows, &reading->fault))
        return false;
    if (rows.count > 0 || query->page.after.set) {
        list_encode(&rows, (int)trip_found_shape.count, &query->page, trip_found_encode, query,
                    out);
        return true;
    }
    if (!trip_search_count_nearby_days(reading->db, tenant_id, query, days, &count,
                                       &reading->fault))
        return false;
    trip_nearby_encode_page(days, count, out);
    return true;
}

struct listed {
    const struct trip *trips;
    const struct api_caller *caller;
};

static void encode_listed_trip(const struct db_rows *rows, int row, const void *data,
                               struct buf *out, struct list_cursor *cursor)
{
    const struct listed *listed = data;
    const struct trip *trip = &listed->trips[row];

    (void)rows;
    trip_encode(trip, listed->caller, out);
    cursor->number = trip->departs_at;
    cursor->id = trip->id;
}

/* Narrows the query to the driver's own trips. False: the result is empty. */
static bool restrict_to_own_trips(struct trip_query *query, const struct api_caller *caller)
{
    return caller->actor != RIDE_ACTOR_DRIVER || api_caller_own_id(caller, &query->driver_id);
}

static bool encode_trip_list(struct reading *reading, struct trip_query *query, struct buf *out)
{
    struct arena *arena = reading->req->arena;
    auto_rows struct db_rows rows = {0};
    struct trip *trips;

    if (reading->caller->actor == RIDE_ACTOR_GUEST)
        return fault_set_field(&reading->fault, arena, "from", "required", "From where.");
    if (restrict_to_own_trips(query, reading->caller) &&
        !trip_store_list(reading->db, &reading->caller->tenant_id, query, &rows, &reading->fault))
        return false;
    trips = arena_alloc(arena, (size_t)(rows.count + 1) * sizeof *trips);
    if (trips == NULL)
        return arena_fault(&reading->fault);
    for (int i = 0; i < rows.count; i++) {
        trip_store_read_listed(&rows, i, &trips[i]);
        if (!trip_decode_stored_json(&trips[i], arena, &reading->fault))
            return false;
    }
    const struct listed listed = {trips, reading->caller};
    list_encode(&rows, trip_listed_columns, &query->page, encode_listed_trip, &listed, out);
    return true;
}

static enum http_status search_or_list_trips(struct reading *reading, struct http_response *res)
{
    const struct api_caller *caller = reading->caller;
    struct trip_query query = {
        .date = FIELD_ABSENT32,
        .depart_from = FIELD_ABSENT,
        .depart_to = FIELD_ABSENT,
        .seats = 1,
        .kind = FARE_SEATS,
        .size = -1,
        .max_price = FIELD_ABSENT,
        .instant = -1,
        .full = -1,
        .sort = TRIP_BY_DEPARTURE,
        .guest = caller->actor == RIDE_ACTOR_GUEST ? caller->actor_number : FIELD_ABSENT,
        .page = {.limit = LIST_LIMIT_DEFAULT},
    };

    if (!http_request_query(reading->req, &trip_query_fields, &query, &reading->fault) ||
        !list_page_read(reading->req, SLICE("trips"), &query.page, &reading->fault) ||
        !handler_check_rides_actor(caller, &reading->fault))
        return read_refuse(reading, res);
    trip_query_set_window(&query, now_wall_us());
    if (query.from.at != NULL ? !encode_search_results(reading, &query, &res->body)
                              : !encode_trip_list(reading, &query, &res->body))
        return read_refuse(reading, res);
    return read_reply(reading, res, 0);
}

READ_ALL(get_trips, search_or_list_trips)
