// SPDX-License-Identifier: MIT
/* Lists, history and cancel preview of rides, and editing open rides. Passengers see their own
 * rides, drivers those of their trips and all that look for a driver, staff all. */
#include "api/change_by_id.h"
#include "api/steps.h"

#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "ride_callers.h"
#include "rides/ride_edit.h"
#include "rides/ride_list_json.h"
#include "rides/ride_store.h"
#include "rides/rides_json.h"
#include "trips/trip_search.h"

/* Narrows the filter to what the caller may see. False: the result is empty. Drivers may not filter
 * by account or phone, so that they cannot probe for them. */
static bool narrow(struct ride_filter *filter, const struct api_caller *caller)
{
    if (caller->actor == RIDE_ACTOR_GUEST) {
        if (filter->telegram_id == FIELD_ABSENT)
            filter->telegram_id = caller->actor_number;
        return filter->telegram_id == caller->actor_number;
    }
    if (caller->actor == RIDE_ACTOR_DRIVER) {
        filter->driver_id = caller->actor_id;
        return filter->telegram_id == FIELD_ABSENT && filter->phone.at == NULL;
    }
    return true;
}

static void set_day(struct ride_query *query)
{
    struct trip_query day = {.date = query->date};

    if (query->date == FIELD_ABSENT32)
        return;
    trip_query_set_window(&day, 0);
    query->filter.depart_from = day.depart_from;
    query->filter.depart_to = day.depart_to;
}

enum http_status get_rides(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    auto_rows struct db_rows rows = {0};
    struct ride_query query;
    struct fault fault;

    ride_query_defaults(&query);
    if (!http_request_query(req, &ride_query_fields, &query, &fault) ||
        !list_page_read(req, caller->actor_text, &query.page, &fault) ||
        !access_check_party(caller, &fault))
        return http_reply_fault(req, res, &fault);
    set_day(&query);
    if (narrow(&query.filter, caller) &&
        !ride_list(service->db, &caller->tenant_id, &query.filter, &query.page.after,
                   query.page.limit + 1, &rows, &fault))
        return http_reply_fault(req, res, &fault);
    list_encode(&rows, (int)ride_shape.count, &query.page, ride_encode_item, caller, &res->body);
    return http_reply_json(res, HTTP_OK);
}

/* Finds the ride of the path and decodes the query by `table`. Drivers see no history or preview of
 * a ride without a trip. */
static bool find(const struct service *service, const struct http_request *req,
                 const struct fields *table, void *query, struct db_rows *rows, struct ride *out,
                 struct fault *fault)
{
    const struct api_caller *caller = api_caller(req);
    struct ride ride;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, fault) || !http_request_query(req, table, query, fault) ||
        !ride_store_find(service->db, &caller->tenant_id, &id, rows, &ride, fault))
        return false;
    if (!ride_visible(&ride, caller) ||
        (caller->actor == RIDE_ACTOR_DRIVER && !ride_has_trip(&ride)))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.");
    *out = ride;
    return true;
}

/* Hides the account number of a passenger from drivers: "guest:7" becomes "guest". */
static void hide_account(struct step *step, const struct api_caller *caller)
{
    if (caller->actor == RIDE_ACTOR_DRIVER && slice_starts(step->actor, SLICE("guest:")))
        step->actor = SLICE("guest");
}

enum http_status get_ride_history(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    auto_rows struct db_rows rows = {0};
    struct list_page page = {.limit = STEPS_LIMIT};
    struct ride ride;
    struct fault fault;

    if (!find(service, req, &list_page_fields, &page, &rows, &ride, &fault))
        return http_reply_fault(req, res, &fault);
    return steps_reply(req, res, service->db, &ride_history_statement, &ride.id, &page,
                       hide_account);
}

enum http_status get_ride_cancel_preview(void *data, const struct http_request *req,
                                         struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    auto_rows struct db_rows rows = {0};
    const struct transition *row;
    struct ride_snapshot snapshot;
    struct ride ride;
    struct fault fault;

    if (!find(service, req, NULL, NULL, &rows, &ride, &fault))
        return http_reply_fault(req, res, &fault);
    snapshot = ride_snapshot_of(&ride);
    if (!transition_check(&ride_machine, ride_state(&snapshot), RIDE_CANCEL,
                          transition_actor(caller), &row, &fault))
        return http_reply_fault(req, res, &fault);
    ride_encode_terms(&ride, caller, &res->body);
    return http_reply_json(res, HTTP_OK);
}

static bool edit(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    struct ride ride;

    if (!ride_edit_begin(change, &asked->id, &rows, &ride, fault) ||
        !http_request_decode(change->req, &ride_edit_fields, true, &ride, NULL, fault) ||
        !ride_edit_end(change, &ride, fault))
        return false;
    ride_encode(&ride, change->caller, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, ride.version);
    return true;
}

CHANGE_BY_ID(patch_ride, edit)
