// SPDX-License-Identifier: MIT
/* Open rides on a real PostgreSQL: creation, visibility to drivers, matching trips. */
#include "handlers/ride_handlers.h"
#include "requests.h"
#include "rides/ride.h"

static bool is_null(const struct answer *answer, const char *name)
{
    return json_is_null(json_object_get(answer->json, name));
}

#define PRICE ",'price':KZT(800000)"

TEST_CASE("rides_open", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(open_ride_is_visible_to_drivers_and_cancelled_free)
{
    struct answer made = ck_status(
        order_open_ride(&rides_guest, 30, PRICE ",'seats':2,'auto_accept':true,'note':'С вещами'"),
        201);

    ck_assert(is_null(&made, "trip_id") && is_null(&made, "depart_at") &&
              is_null(&made, "driver") && is_null(&made, "car") && is_null(&made, "cancellation"));
    ck_number(made.json, "price.amount", 800000);
    ck_number(made.json, "total.amount", 0);
    ck_assert(json_is_true(json_object_get(made.json, "auto_accept")));
    ck_assert(answer_allows(&made, "cancel") && !answer_allows(&made, "confirm"));
    ck_rows(1, "ride WHERE status = 'open' AND expires_at = depart_to");
    /* Any driver sees what an offer needs. */
    stand_sql("UPDATE ride SET passenger_phone = '+77017654321'");
    struct answer driver = ck_status(view_ride(&rides_driver, made.id), 200);
    ck_text(driver.json, "passenger.name", "Айгуль");
    ck_assert_ptr_null(text_at(driver.json, "passenger.phone"));
    ck_assert_ptr_null(value_at(driver.json, "passenger.telegram_id"));
    ck_assert_ptr_nonnull(json_object_get(driver.json, "depart_to"));
    ck_assert(!answer_allows(&driver, "cancel"));
    ck_refused(post_action(cancel_ride, &rides_driver, made.id, NULL), 404, "not_found");
    ck_refused(view_ride(&rides_guest8, made.id), 404, "not_found");
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_refused(view_ride(&rides_driver, made.id), 404, "not_found");
    ck_sql_text("cancelled 0 0 none",
                "SELECT concat_ws(' ', status, fee, refund, fault) FROM ride");
}

static struct answer cancelled;

static void cancel_meanwhile(void *data)
{
    cancelled = post_action(cancel_ride, &rides_guest, data, NULL);
}

/* Another session cancels the ride, and the second cancel waits for its row. */
FIBER_TEST(cancel_that_waits_for_the_same_cancel_has_no_effect)
{
    struct answer made = ck_status(order_open_ride(&rides_guest, 30, ""), 201);
    PGconn *first =
        stand_hold("SET LOCAL search_path = test_rides_open, public;"
                   "UPDATE ride SET status = 'cancelled', fee = 0, refund = 0, fault = 'none',"
                   " ended_at = now(), expires_at = NULL;"
                   "INSERT INTO ride_history (ride_id, version, from_status, to_status, actor)"
                   " SELECT id, version, 'open', 'cancelled', 'guest:7' FROM ride");
    const char *waits =
        textf("EXISTS (SELECT FROM pg_stat_activity WHERE %d = ANY (pg_blocking_pids(pid)))",
              PQbackendPID(first));

    cancelled = (struct answer){0};
    stand_go(cancel_meanwhile, made.id);
    wait_for(waits);
    stand_commit(first);
    stand_until(cancelled.status != 0, "the second cancel is answered");
    ck_status(cancelled, 200);
    ck_text(cancelled.json, "status", "cancelled");
    ck_sql(2, "SELECT version FROM ride");
}

FIBER_TEST(invalid_open_ride_is_refused)
{
    ck_refused(order_open_ride(&rides_driver, 30, ""), 403, "forbidden");
    ck_refused(order_open_ride(&rides_guest, -5, ""), 422, "too_soon");
    ck_refused(order_open_ride(&rides_guest, 61 * 24, ""), 422, "beyond_window");
    ck_refused(order_open_ride(&rides_guest, 30, ",'auto_accept':true"), 422, "required");
    ck_refused(order_open_ride(&rides_guest, 30, ",'wait':true"), 422, "one_of_two");
    ck_refused(order_open_ride(&rides_guest, 30, ",'from_stop':0"), 422, "one_of_two");
    ck_refused(order_open_ride(&rides_guest, 30, ",'note':'+77017654321'"), 422, "contact_in_text");
    const struct ask wide = {
        .handler = post_ride,
        .caller = &rides_guest,
        .method = HTTP_POST,
        .body = "{'from':'almaty','to':'almaty','passenger':{'name':'А'},"
                "'depart_from':'2040-01-01T00:00:00Z','depart_to':'2040-01-02T00:00:01Z'}"};
    struct answer many = ck_status(stand_ask(&wide), 422);
    ck_count(many.json, "errors", 2);
    ck_status(order_open_ride(&rides_guest, 30, ""), 201);
    ck_status(order_open_ride(&rides_guest, 30, ""), 201);
    ck_status(order_open_ride(&rides_guest, 59 * 24, ""), 201);
    /* A wish lives until its own day, however far ahead. */
    ck_rows(3, "ride WHERE expires_at = depart_to");
    ck_refused(order_open_ride(&rides_guest, 30, ""), 409, "too_many_rides");
    publish_trip(30, "");
    ck_refused(order_ride(&rides_guest, 0, 2, "", ""), 409, "too_many_rides");
    ck_status(order_ride(&rides_guest8, 0, 2, "", ""), 201);
    ck_ride_traces();
}

static size_t matches(const struct api_caller *caller, const char *id, int status)
{
    struct answer list = ask_get(get_matches, .caller = caller, .id = id);

    ck_status(list, status);
    return status == 200 ? count_at(list.json, "items") : 0;
}

FIBER_TEST(matching_trips_of_open_ride_are_listed)
{
    const struct answer made = order_open_ride(&rides_guest, 30, ",'seats':3");

    ck_assert_uint_eq(matches(&rides_guest, made.id, 200), 0);
    publish_trip(31, "");
    publish_trip(44, "");
    ck_assert_uint_eq(matches(&rides_guest, made.id, 200), 1);
    ck_assert_uint_eq(matches(&rides_guest8, made.id, 404), 0);
    ck_assert_uint_eq(matches(&rides_driver, made.id, 404), 0);
    stand_sql("UPDATE driver SET telegram_id = 7"); /* the passenger is the driver */
    ck_assert_uint_eq(matches(&rides_guest, made.id, 200), 0);
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_assert_uint_eq(matches(NULL, made.id, 200), 0);
}

/* The event names the leg of the trip. */
FIBER_TEST(open_rides_that_a_published_trip_fits_get_an_event)
{
    static const struct {
        const char *why, *more;
        double hours;
    } others[] = {
        {"more seats than the trip has",                ",'seats':5",                     30},
        {"another time",                                "",                               36},
        {"a parcel, which costs nothing",               PARCEL,                           30},
        {"cancelled",                                   ",'note':'передумала'", 30},
        {"of a passenger who gave the driver one star", "",                               30},
    };
    char fits[40], text[ARRAY_LEN(others)][PASSENGER_TEXT];
    struct answer made = ck_status(order_open_ride(&rides_guest, 30, ",'seats':3"), 201);

    snprintf(fits, sizeof fits, "%s", made.id);
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct api_caller guest = new_passenger(100 + (int64_t)i, text[i]);
        made = ck_status(order_open_ride(&guest, others[i].hours, others[i].more), 201);
    }
    stand_sql("UPDATE ride SET status = 'cancelled' WHERE note IS NOT NULL");
    stand_sql(
        "INSERT INTO rating (id, tenant_id, ride_id, driver_id, side, stars)"
        " SELECT gen_random_uuid(), tenant_id, id, '%s', 'guest', 1 FROM ride WHERE id = '%s'",
        rides_driver_id(), made.id);
    publish_trip(31, "");
    ck_assert_uint_eq(matches(NULL, fits, 200), 1);
    ck_assert_uint_eq(matches(NULL, made.id, 200), 0);
    ck_sql_text(fits, "SELECT string_agg(resource_id::text, ' ') FROM outbox"
                      " WHERE type = 'ride.matched'");
    ck_rows(1,
            "outbox e JOIN ride r ON r.id = e.resource_id JOIN trip_leg g"
            " ON g.trip_id = (data ->> 'trip_id')::uuid"
            " AND g.from_stop = (data ->> 'from_stop')::int"
            " AND g.to_stop = (data ->> 'to_stop')::int"
            " AND g.departs_at = (data ->> 'depart_at')::timestamptz"
            " AND g.arrives_at = (data ->> 'arrive_at')::timestamptz"
            " WHERE e.type = 'ride.matched' AND e.resource_type = 'ride'"
            " AND e.resource_version = r.version AND e.tenant_id = r.tenant_id"
            " AND data ->> 'status' = 'open' AND g.trip_id = '%s'"
            " AND g.from_place = r.from_place AND g.to_place = r.to_place",
            last_trip);
    ck_rows(0, "outbox WHERE data::text ~ '(Айгуль|Ерлан|[+]7701)'");
    publish_trip(100, "");
    ck_rows(1, "outbox WHERE type = 'ride.matched'");
}

static size_t fitting_drivers(const char *ride)
{
    const struct answer list =
        ck_status(ask_get(get_drivers, .params = textf("fits_ride=%s", ride)), 200);

    return count_at(list.json, "items");
}

FIBER_TEST(open_ride_suits_free_drivers_of_its_route)
{
    const struct answer made = order_open_ride(&rides_guest, 30, ",'seats':4");
    const char *ride = made.id;

    ck_assert_uint_eq(fitting_drivers(ride), 0);
    publish_trip(100, "");
    ck_assert_uint_eq(fitting_drivers(ride), 1);
    static const struct {
        const char *why, *change, *back;
        size_t count;
    } cases[] = {
        {"on the way back",      "ride SET from_place = to_place, to_place = from_place",
         "ride SET from_place = to_place, to_place = from_place",                                                                   1},
        {"another pair",         "ride SET to_place = 'astana'",                               "ride SET to_place = 'taldykorgan'", 0},
        {"a trip of a year ago", "trip_leg SET departs_at = departs_at - interval '365 days'",
         "trip_leg SET departs_at = departs_at + interval '365 days'",                                                              0},
        {"a small car",          "car SET seats = 3",                                          "car SET seats = 4",                 0},
        {"a sold car",           "car SET is_live = false",                                    "car SET is_live = true",            0},
        {"suspended",            "driver SET status = 'suspended'",                            "driver SET status = 'active'",      0},
        {"old papers",           "driver SET papers_until = now() - interval '2 days'",
         "driver SET papers_until = now() + interval '2 days'",                                                                     0},
        {"papers end before it", "driver SET papers_until = now()",
         "driver SET papers_until = now() + interval '2 days'",                                                                     0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        stand_sql("UPDATE %s", cases[i].change);
        ck_assert_msg(fitting_drivers(ride) == cases[i].count, "%s", cases[i].why);
        stand_sql("UPDATE %s", cases[i].back);
        ck_assert_msg(fitting_drivers(ride) == 1, "%s", cases[i].why);
    }
    publish_trip(29, ""); /* back at 33:00, an hour before the window ends */
    ck_assert_uint_eq(fitting_drivers(ride), 1);
    stand_sql("UPDATE ride SET depart_to = depart_from + interval '1 hour'");
    ck_assert_uint_eq(fitting_drivers(ride), 0);
    stand_sql("UPDATE trip SET status = 'cancelled' WHERE id = '%s'", last_trip);
    ck_assert_uint_eq(fitting_drivers(ride), 1);
    ck_status(post_action(cancel_ride, &rides_guest, ride, NULL), 200);
    ck_assert_uint_eq(fitting_drivers(ride), 0);
}

/* Whichever trip of a day is full. The gaps between the trips grow, so that of two the earlier one
 * is nearer. */
FIBER_TEST(alternatives_are_nearest_in_time_first)
{
    enum { TRIPS = 5, LISTED = 3 };
    static const double hours[TRIPS] = {-11, -6.4, -1.7, 3.1, 8};
    const char *trips[TRIPS];
    const double noon = hours_to_noon();

    for (int i = 0; i < TRIPS; i++) {
        publish_trip(noon + hours[i], "");
        trips[i] = textf("%s", last_trip);
    }
    for (int full = 0; full < TRIPS; full++) {
        stand_sql("UPDATE trip_load SET seat_load = '{4,4}' WHERE trip_id = '%s'", trips[full]);
        snprintf(last_trip, sizeof last_trip, "%s", trips[full]);
        struct answer refused =
            ck_refused(order_ride(&rides_guest, 0, 2, "", ""), 409, "seats_taken");
        int listed = 0;
        for (int apart = 1; apart < TRIPS && listed < LISTED; apart++)
            for (int side = -1; side <= 1 && listed < LISTED; side += 2) {
                const int near = full + side * apart;
                if (near >= 0 && near < TRIPS)
                    ck_text(refused.json, textf("alternatives.%d.trip_id", listed++), trips[near]);
            }
        ck_count(refused.json, "alternatives", LISTED);
        stand_sql("UPDATE trip_load SET seat_load = '{0,0}' WHERE trip_id = '%s'", trips[full]);
    }
}

FIBER_TEST(full_trip_refusal_lists_alternatives)
{
    const double noon = hours_to_noon(); /* the trips are of one local day */

    publish_trip(noon, "");
    const char *other = textf("%s", last_trip);
    publish_trip(noon + 30, "");
    publish_trip(noon + 5, "");
    ck_status(order_ride(&rides_guest, 0, 2, "", ",'seats':4"), 201);
    struct answer full = ck_refused(order_ride(&rides_guest8, 0, 2, "", ""), 409, "seats_taken");
    ck_count(full.json, "alternatives", 1);
    ck_text(full.json, "alternatives.0.trip_id", other);
    ck_count(full.json, "segments", 2);
}
