// SPDX-License-Identifier: MIT
/* Closed roads on a real PostgreSQL: warnings, refused orders, free cancels. */
#include "handlers/ride_handlers.h"
#include "maintenance/ride_sweeper.h"
#include "requests.h"
#include "trips/closure.h"

/* Closes a pair of places for a range of hours. */
static struct answer close_road(const struct api_caller *caller, const char *from, const char *to,
                                double first, double last)
{
    const char *body =
        textf("{'pairs':[{'from':'%s','to':'%s'}],'from':'%s','until':'%s','reason':'weather',"
              "'text':'Метель'}",
              from, to, time_in(first), time_in(last));

    return ask_post(post_closure, .caller = caller, .body = body);
}

static int reopen_road(const struct api_caller *caller, const char *id)
{
    return ask_delete(delete_closure, .caller = caller, .id = id).status;
}

/* The number of warnings of the trip, by id and in a search; -1: they differ. */
static int warnings(void)
{
    struct answer one = ask_get(get_trip, .caller = &rides_guest, .id = last_trip);
    struct answer page =
        ask_get(get_trips, .caller = &rides_guest, .params = "from=konaev&to=taldykorgan");
    const json_t *told = json_object_get(one.json, "warnings");
    const json_t *found = value_at(page.json, "items.0");
    const int count =
        json_equal(json_object_get(found, "warnings"), told) ? (int)json_array_size(told) : -1;

    if (count > 0) {
        const json_t *first = json_array_get(told, 0);
        ck_text(first, "reason", "weather");
        ck_text(first, "text", "Метель");
    }
    return count;
}

TEST_CASE("rides_closure", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(trip_on_closed_road_has_warning)
{
    /* Almaty at 30, Konaev at 31, Taldykorgan at 34 hours. */
    publish_trip(30, "");
    ck_assert_int_eq(warnings(), 0);
    static const struct {
        const char *from, *to;
        double first, last;
        int told;
    } cases[] = {
        {"almaty",      "konaev",      20,   29,   0},
        {"almaty",      "konaev",      20,   30.1, 1},
        {"konaev",      "almaty",      30.9, 40,   1},
        {"almaty",      "konaev",      31.1, 40,   0},
        {"taldykorgan", "almaty",      33,   40,   1},
        {"almaty",      "taldykorgan", 34.1, 40,   0},
        {"almaty",      "astana",      20,   40,   0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct answer made = ck_status(
            close_road(NULL, cases[i].from, cases[i].to, cases[i].first, cases[i].last), 201);
        ck_assert_msg(warnings() == cases[i].told, "%zu", i);
        ck_assert_int_eq(reopen_road(NULL, made.id), 204);
        ck_assert_int_eq(warnings(), 0);
    }
    ck_status(close_road(NULL, "almaty", "konaev", 20, 40), 201);
    ck_status(close_road(NULL, "konaev", "taldykorgan", 20, 40), 201);
    ck_assert_int_eq(warnings(), 2);
    ck_rows(16, "audit WHERE resource_type = 'closure'");
    ck_rows(5, "outbox WHERE type = 'trip.road_closed'");
    ck_sql(1, "SELECT count(DISTINCT data - 'step') FROM outbox WHERE resource_type = 'trip'");
}

FIBER_TEST(closed_road_refuses_new_rides)
{
    publish_trip(30, "");
    const struct answer had =
        ck_status(order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", ",'seats':4"), 201);
    const struct answer waits =
        ck_status(order_ride(&rides_guest8, 0, 1, ",'phone':'+77017654322'", ",'wait':true"), 201);
    const struct answer closed = ck_status(close_road(NULL, "konaev", "taldykorgan", 20, 40), 201);
    /* Konaev to Taldykorgan has free seats but the road is closed, so the waiting list is closed
     * too. */
    struct answer refused = order_ride(&rides_guest8, 1, 2, "", "");
    ck_assert_int_eq(refused.status, 409);
    ck_assert_str_eq(refused.code, "road_closed");
    ck_assert_ptr_null(json_object_get(refused.json, "segments"));
    ck_refused(order_ride(&rides_guest8, 1, 2, "", ",'wait':true"), 409, "road_closed");
    ck_refused(order_ride(&rides_driver, 1, 2, ",'phone':'+77017654323'", ""), 409, "road_closed");
    /* Freed seats are not assigned. */
    ck_status(post_action(cancel_ride, &rides_guest, had.id, NULL), 200);
    ck_assert_str_eq(stored_status(waits.id), "open");
    ck_assert_int_eq(reopen_road(NULL, closed.id), 204);
    ck_status(order_ride(&rides_guest, 1, 2, ",'phone':'+77017654321'", ""), 201);
    ck_ride_traces();
}

/* The numbers of trips that suit an open ride, that a search lists for another day, and that a
 * refused order lists as alternatives. */
static const char *suggested(const char *open_ride, double other_day)
{
    const struct answer matches = ask_get(get_matches, .caller = &rides_guest, .id = open_ride);
    const struct answer page =
        ask_get(get_trips, .caller = &rides_guest,
                .params = textf("from=almaty&to=taldykorgan&depart_from=%s&depart_to=%s",
                                time_in(other_day), time_in(other_day + 1)));
    const struct answer full =
        ck_refused(order_ride(&rides_guest8, 0, 2, "", ""), 409, "seats_taken");
    const json_t *days = json_object_get(page.json, "nearby");

    return textf("%zu %lld %zu", count_at(matches.json, "items"),
                 json_array_size(days) > 0 ? (long long)number_at(days, "0.trips") : 0,
                 count_at(full.json, "alternatives"));
}

/* The search shows such a trip with its warning, but it cannot be ordered. */
FIBER_TEST(trips_on_closed_road_are_not_suggested)
{
    const double noon = hours_to_noon();
    const struct answer open_ride = ck_status(order_open_ride(&rides_guest, noon - 1, ""), 201);
    const struct answer closed =
        ck_status(close_road(NULL, "almaty", "konaev", noon - 1, noon + 2), 201);

    publish_trip(noon, "");
    publish_trip(noon + 5, "");
    ck_status(order_ride(&rides_guest, 0, 2, "", ",'seats':4"), 201);
    ck_assert_str_eq(suggested(open_ride.id, noon + 24), "0 0 0");
    ck_rows(0, "outbox WHERE type = 'ride.matched'");
    ck_assert_int_eq(reopen_road(NULL, closed.id), 204);
    ck_assert_str_eq(suggested(open_ride.id, noon + 24), "1 1 1");
}

/* Frees the seats that a waiting ride needs while the road from Almaty to Konaev is closed until
 * `last`. Returns the waiting ride. */
static struct answer wait_on_closed_road(double last, struct answer *closed)
{
    publish_trip(30, "");
    const struct answer had =
        ck_status(order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", ",'seats':4"), 201);
    const struct answer waits = ck_status(order_ride(&rides_guest8, 0, 1, "", ",'wait':true"), 201);
    *closed = ck_status(close_road(NULL, "almaty", "konaev", 20, last), 201);
    ck_status(post_action(cancel_ride, &rides_guest, had.id, NULL), 200);
    ck_assert_str_eq(stored_status(waits.id), "open");
    return waits;
}

FIBER_TEST(opened_road_fills_waitlist)
{
    struct answer closed;
    const struct answer waits = wait_on_closed_road(40, &closed);
    const struct answer other = ck_status(close_road(NULL, "konaev", "almaty", 20, 40), 201);

    ck_assert_int_eq(reopen_road(NULL, closed.id), 204);
    ck_rows(1, "waitlist_due");
    ck_ok(ride_sweep_run(&ride_sweep_due_waitlists, stand_changes(), stand_service()->db, &fault));
    ck_assert_str_eq(stored_status(waits.id), "open"); /* the other closure remains */
    ck_rows(0, "waitlist_due");
    ck_assert_int_eq(reopen_road(&stand_other, other.id), 404);
    ck_rows(0, "waitlist_due");
    ck_assert_int_eq(reopen_road(NULL, other.id), 204);
    ck_ok(ride_sweep_run(&ride_sweep_due_waitlists, stand_changes(), stand_service()->db, &fault));
    ck_ok(ride_sweep_run(&ride_sweep_due_waitlists, stand_changes(), stand_service()->db, &fault));
    ck_assert_str_eq(stored_status(waits.id), "held");
    ck_rows(0, "waitlist_due");
    ck_rows(1, "outbox WHERE type = 'ride.held' AND resource_id = '%s' AND sequence = 2", waits.id);
    ck_ride_traces();
}

FIBER_TEST(delay_past_the_closure_fills_waitlist)
{
    struct answer closed;
    const struct answer waits = wait_on_closed_road(30.5, &closed);

    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':90}"), 200);
    ck_assert_str_eq(stored_status(waits.id), "held");
    ck_ride_traces();
}

static void agreed(void)
{
    publish_trip(5, ",'policy':'strict'");
    const struct answer made =
        ck_status(order_ride(&rides_guest, 0, 2, ",'phone':'+77017654321'", ""), 201);
    ck_status(ask_action(confirm_ride, .caller = &rides_driver, .id = made.id,
                         .body = "{'paid':KZT(550000)}", .key = "confirm-1"),
              200);
    stand_sql("UPDATE ride SET agreed_at = now() - interval '3 hours'");
    snprintf(last_ride, sizeof last_ride, "%s", made.id);
}

FIBER_TEST(closed_road_makes_passenger_cancel_free)
{
    agreed();
    ck_status(close_road(NULL, "almaty", "konaev", 0, 40), 201);
    struct answer terms = ask_get(get_ride_cancel_preview, .caller = &rides_guest, .id = last_ride);
    ck_number(terms.json, "refund.amount", 550000);
    ck_status(post_action(cancel_ride, &rides_guest, last_ride, NULL), 200);
    ck_sql_text("550000 550000 none", "SELECT concat_ws(' ', paid, refund, fault) FROM ride");
}

static const struct {
    const char *to, *fault;
} closures[] = {
    {"konaev", "none"  },
    {"astana", "driver"}, /* another road */
};

FIBER_TEST_ROWS(closed_road_of_the_trip_makes_driver_cancel_faultless, closures)
{
    agreed();
    ck_status(close_road(NULL, "almaty", row->to, 0, 40), 201);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    ck_sql_text(textf("550000 550000 %s", row->fault),
                "SELECT concat_ws(' ', paid, refund, fault) FROM ride");
    ck_sql_text(row->fault, "SELECT fault FROM trip");
}

FIBER_TEST(closed_road_refuses_offer_acceptance)
{
    struct answer preferences = ck_status(order_open_ride(&rides_guest, 30, ""), 201);
    const struct answer offer =
        ck_status(post_action(post_offer, &rides_driver, preferences.id,
                              textf("{'price':KZT(800000),'car_id':'%s','depart_at':'%s'}",
                                    rides_car_id(), time_in(32))),
                  201);

    ck_status(close_road(NULL, "taldykorgan", "almaty", 20, 60), 201);
    ck_refused(ask_action(accept_offer, .caller = &rides_guest, .id = preferences.id,
                          .second_id = offer.id, .key = "accept-1"),
               409, "road_closed");
    ck_assert_str_eq(stored_status(preferences.id), "open");
    ck_rows(0, "trip");
}

FIBER_TEST(staff_create_and_delete_closures)
{
    ck_refused(close_road(&rides_guest, "almaty", "konaev", 1, 2), 403, "forbidden");
    ck_refused(close_road(&rides_driver, "almaty", "konaev", 1, 2), 403, "forbidden");
    const struct answer loop =
        ck_refused(close_road(NULL, "almaty", "almaty", 1, 2), 422, "repeated_place");
    ck_text(loop.json, "errors.0.field", "pairs/0/to");
    ck_refused(close_road(NULL, "almaty", "atlantis", 1, 2), 422, "unknown_place");
    ck_refused(close_road(NULL, "almaty", "konaev", 2, 1), 422, "bad_range");
    ck_refused(close_road(NULL, "almaty", "konaev", 1, 24.0 * 400), 422, "bad_range");
    ck_refused(close_road(NULL, "almaty", "konaev", -2, -1), 422, "in_the_past");
    const struct answer made = ck_status(close_road(NULL, "алматы", "konaev", -1, 2), 201);
    ck_status(close_road(&stand_other, "almaty", "konaev", 1, 2), 201);
    ck_assert_int_eq(reopen_road(&stand_other, made.id), 404);
    ck_assert_int_eq(reopen_road(&rides_guest, made.id), 403);
    ck_refused(ask_delete(delete_closure, .id = made.id, .if_match = "\"9.0\""), 412,
               "version_mismatch");
    struct answer list = ck_status(ask_get(get_closures, .caller = &rides_guest), 200);
    ck_count(list.json, "items", 1);
    ck_text(list.json, "items.0.pairs.0.from", "almaty");
    stand_sql("INSERT INTO closure (id, tenant_id, pairs, closed_from, closed_until, reason)"
              " SELECT gen_random_uuid(), tenant_id, pairs, closed_from, closed_until, reason"
              " FROM closure CROSS JOIN generate_series(1, 99) WHERE id = '%s'",
              made.id);
    ck_refused(close_road(NULL, "almaty", "konaev", 1, 2), 409, "too_many_closures");
    ck_rows(4, "closure_pair");
    stand_sql("UPDATE closure SET closed_until = now() WHERE id = '%s'", made.id);
    ck_status(close_road(NULL, "almaty", "konaev", 1, 2), 201);
    ck_status(ask_delete(delete_closure, .id = made.id, .if_match = made.etag), 204);
    ck_assert_int_eq(reopen_road(NULL, made.id), 404);
}

static int closed;

static void close_one(void *data)
{
    (void)data;
    closed += close_road(NULL, "almaty", "konaev", 1, 2).status == 201;
}

FIBER_TEST(concurrent_closures_respect_the_limit)
{
    const struct answer made = ck_status(close_road(NULL, "almaty", "konaev", 1, 2), 201);

    closed = 0;
    stand_sql("INSERT INTO closure (id, tenant_id, pairs, closed_from, closed_until, reason)"
              " SELECT gen_random_uuid(), tenant_id, pairs, closed_from, closed_until, reason"
              " FROM closure CROSS JOIN generate_series(1, %d) WHERE id = '%s'",
              CLOSURES_MAX - 3, made.id);
    stand_race(6, close_one);
    ck_assert_int_eq(closed, 2);
    ck_rows(CLOSURES_MAX, "closure");
}
