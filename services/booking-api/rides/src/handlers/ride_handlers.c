// SPDX-License-Identifier: MIT
/* Routes of rides. Passengers see and change their own rides, drivers the rides on their trips,
 * staff all rides of their tenant. */
#include "handlers/ride_handlers.h"

#include <string.h>

#include "api/change_by_id.h"

#include "rides/ride_change.h"
#include "trips/trips_json.h"

static bool create_ride(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    struct ride_draft draft;
    struct ride ride;
    bool keeps_held;

    (void)arg;
    ride_draft_defaults(&draft);
    if (!http_request_decode(change->req, &ride_draft_fields, false, &draft, NULL, fault))
        return false;
    if (!ride_create(change, &draft, &ride, &keeps_held, fault)) {
        if (!keeps_held || change->dry_run)
            return false;
        http_reply_fault(change->req, res, fault);
        return true; /* commits the seats held for waiting rides */
    }
    ride_encode_after_change(change, &ride, &res->body);
    return change_reply_created(change, res, &ride.id, ride.version, fault);
}

CHANGE_BY_BODY(post_ride, create_ride)

static bool edit_ride(struct change *change, void *arg, struct http_response *res,
                      struct fault *fault)
{
    const struct asked *asked = arg;
    struct ride ride;

    if (!ride_lock_for_action(change, &asked->id, RIDE_EDIT, &ride, fault) ||
        !http_request_decode(change->req, &ride_edit_fields, true, &ride, NULL, fault) ||
        !ride_edit(change, &ride, fault))
        return false;
    ride_encode(&ride, change->caller, &res->body);
    return change_reply(change, res, ride.version);
}

CHANGE_BY_ID(patch_ride, edit_ride)

static bool run_ride_action(struct change *change, void *arg, struct http_response *res,
                            struct fault *fault)
{
    const struct asked *asked = arg;
    const enum ride_action action = (enum ride_action)asked->action;
    const struct fields *body = &ride_action_fields[action];
    struct ride_note note = {
        .paid = FIELD_ABSENT, .expected_refund = FIELD_ABSENT, .expected_fault = -1};
    struct ride ride;

    if (!change_decode(change, body->items != NULL ? body : NULL, action == RIDE_SETTLE, &note,
                       fault))
        return false;
    if (!ride_act(change, &asked->id, action, &note, &ride, fault)) {
        if (change->dry_run || strcmp(fault->code, "wrong_code") != 0)
            return false;
        http_reply_fault(change->req, res, fault);
        return true; /* commits the count of wrong delivery codes */
    }
    ride_encode_after_change(change, &ride, &res->body);
    return change_reply(change, res, ride.version);
}

CHANGE_BY_ACTION(confirm_ride, run_ride_action, RIDE_CONFIRM)
CHANGE_BY_ACTION(decline_ride, run_ride_action, RIDE_DECLINE)
CHANGE_BY_ACTION(claim_ride_payment, run_ride_action, RIDE_CLAIM_PAYMENT)
CHANGE_BY_ACTION(board_ride, run_ride_action, RIDE_BOARD)
CHANGE_BY_ACTION(drop_ride, run_ride_action, RIDE_DROP)
CHANGE_BY_ACTION(deliver_ride, run_ride_action, RIDE_DELIVER)
CHANGE_BY_ACTION(no_show_ride, run_ride_action, RIDE_MARK_NO_SHOW)
CHANGE_BY_ACTION(driver_no_show_ride, run_ride_action, RIDE_DRIVER_NO_SHOW)
CHANGE_BY_ACTION(settle_ride, run_ride_action, RIDE_SETTLE)
CHANGE_BY_ACTION(cancel_ride, run_ride_action, RIDE_CANCEL)

/* --- reading --- */

bool handler_find_visible_ride(struct reading *reading, struct ride *out)
{
    return ride_store_find_visible(reading->db, reading->caller, &reading->id, reading->req->arena,
                                   out, &reading->fault);
}

/* Finds the ride of the path for its history or cancel preview, which drivers do not see while the
 * ride has no trip. */
static bool find_own_ride(struct reading *reading, struct ride *out)
{
    return handler_find_visible_ride(reading, out) &&
           (reading->caller->actor != RIDE_ACTOR_DRIVER || ride_has_trip(out) ||
            ride_refuse_unknown(&reading->fault));
}

/* Hides an open ride without a trip from a driver who is excluded for its passenger by a one-star
 * rating. */
static bool check_driver_not_excluded(struct reading *reading, const struct ride *ride)
{
    const struct api_caller *caller = reading->caller;
    struct ride_pair pair = {0};

    if (caller->actor == RIDE_ACTOR_DRIVER && !ride_has_trip(ride) &&
        !ride_pair_find(reading->db, &ride->tenant_id, &caller->actor_id,
                        ride->passenger.telegram_id, &pair, &reading->fault))
        return false;
    return !pair.is_excluded || ride_refuse_unknown(&reading->fault);
}

static enum http_status show_ride(struct reading *reading, struct http_response *res)
{
    struct ride ride;

    if (!handler_find_visible_ride(reading, &ride) || !check_driver_not_excluded(reading, &ride))
        return read_refuse(reading, res);
    ride_encode(&ride, reading->caller, &res->body);
    return read_reply(reading, res, ride.version);
}

READ_BY_ID(get_ride, show_ride)

void handler_hide_account_from_driver(struct step *step, const struct api_caller *caller)
{
    if (caller->actor == RIDE_ACTOR_DRIVER && slice_starts(step->actor, SLICE("guest:")))
        step->actor = SLICE("guest");
}

static enum http_status show_history(struct reading *reading, struct http_response *res)
{
    struct ride ride;

    if (!find_own_ride(reading, &ride))
        return read_refuse(reading, res);
    return steps_reply(reading->req, res, reading->db, &ride_history_statement, &ride.id,
                       &reading->page, handler_hide_account_from_driver);
}

READ_PAGE_BY_ID(get_ride_history, show_history, STEPS_LIMIT)

static enum http_status show_cancel_terms(struct reading *reading, struct http_response *res)
{
    struct ride ride;

    if (!find_own_ride(reading, &ride) ||
        !transition_check(&ride_machine, ride_state(&ride), RIDE_CANCEL,
                          transition_actor(reading->caller), NULL, &reading->fault))
        return read_refuse(reading, res);
    ride_encode_cancel_terms(&ride, reading->caller, &res->body);
    return read_reply(reading, res, 0);
}

READ_BY_ID(get_ride_cancel_preview, show_cancel_terms)

/* --- lists --- */

/* Lists trips that suit an open ride; none if the ride no longer looks for a trip. */
static enum http_status list_matching_trips(struct reading *reading, struct http_response *res)
{
    auto_rows struct db_rows found = {0};
    struct trip_query query;
    struct ride ride;

    if (!list_page_read(reading->req, SLICE("matches"), &reading->page, &reading->fault) ||
        !handler_find_visible_ride(reading, &ride) ||
        (reading->caller->actor == RIDE_ACTOR_DRIVER && !ride_refuse_unknown(&reading->fault)))
        return read_refuse(reading, res);
    const bool looks = ride.status == RIDE_OPEN && !ride_has_trip(&ride);

    query = ride_build_trip_query(&ride);
    query.depart_from = looks ? ride.preferences.depart_from : ride.now;
    query.depart_to = looks ? ride.preferences.depart_to : ride.now - 1;
    query.page = reading->page;
    if (!trip_search(reading->db, &ride.tenant_id, &query, query.page.limit + 1, &found,
                     &reading->fault))
        return read_refuse(reading, res);
    list_encode(&found, (int)trip_found_shape.count, &query.page, trip_found_encode, &query,
                &res->body);
    return read_reply(reading, res, 0);
}

READ_PAGE_BY_ID(get_matches, list_matching_trips, LIST_LIMIT_DEFAULT)

/* Narrows the filter to rides that the caller may see: passengers their own rides, drivers rides on
 * their trips and rides that look for a driver, staff all. False: the result is empty. Drivers may
 * not filter by account or phone, so that they cannot find out whether a person has rides. Only
 * staff read calls for help: the filter would tell a driver that the passenger has called for help,
 * and the passenger that the driver has. */
static bool restrict_filter(struct ride_filter *filter, const struct api_caller *caller)
{
    if (filter->needs == RIDE_NEEDS_HELP && !api_caller_is_staff(caller))
        return false;
    if (caller->actor == RIDE_ACTOR_GUEST)
        return api_caller_own_number(caller, &filter->telegram_id);
    if (caller->actor == RIDE_ACTOR_DRIVER) {
        filter->driver_id = caller->actor_id;
        return filter->telegram_id == FIELD_ABSENT && filter->phone.at == NULL;
    }
    return true;
}

static void set_window_from_date(struct ride_query *query)
{
    struct trip_query day = {.date = query->date};

    if (query->date == FIELD_ABSENT32)
        return;
    trip_query_set_window(&day, 0);
    query->filter.depart_from = day.depart_from;
    query->filter.depart_to = day.depart_to;
}

static enum http_status list_rides(struct reading *reading, struct http_response *res)
{
    const struct api_caller *caller = reading->caller;
    const struct slice name =
        arena_printf(reading->req->arena, "rides %.*s", SLICE_ARG(caller->actor_text));
    auto_rows struct db_rows rows = {0};
    struct ride_query query;

    ride_query_defaults(&query);
    if ((name.at == NULL && !arena_fault(&reading->fault)) ||
        !http_request_query(reading->req, &ride_query_fields, &query, &reading->fault) ||
        !list_page_read(reading->req, name, &query.page, &reading->fault) ||
        !handler_check_rides_actor(caller, &reading->fault))
        return read_refuse(reading, res);
    set_window_from_date(&query);
    if (restrict_filter(&query.filter, caller) &&
        !ride_list(reading->db, &caller->tenant_id, &query.filter, &query.page, &rows,
                   &reading->fault))
        return read_refuse(reading, res);
    list_encode(&rows, (int)ride_shape.count, &query.page, ride_encode_item, caller, &res->body);
    return read_reply(reading, res, 0);
}

READ_ALL(get_rides, list_rides)
