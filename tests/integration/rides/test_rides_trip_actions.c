// SPDX-License-Identifier: MIT
/* Actions on trips on a real PostgreSQL, with their effects on rides, driver and the driver's time.
 */
#include "handlers/ride_handlers.h"
#include "requests.h"

static struct answer see_trip(const struct api_caller *caller)
{
    return ask_get(get_trip, .caller = caller, .id = last_trip);
}

/* A trip has one row of history, one event and one audit row for each version. */
static void trip_traces(void)
{
    ck_ride_traces();
    ck_rows(0, "trip t WHERE version <>"
               " (SELECT count(*) FROM trip_history WHERE trip_id = t.id) OR version <>"
               " (SELECT count(*) FROM outbox WHERE resource_id = t.id) OR version <>"
               " (SELECT count(*) FROM audit WHERE resource_id = t.id)");
}

TEST_CASE("rides_trip_actions", .setup = rides_begin_with_test_keys, .teardown = stand_end);

FIBER_TEST(trip_is_confirmed_started_and_finished)
{
    publish_trip(7, "");
    ck_refused(post_action(confirm_trip, &rides_driver, last_trip, NULL), 409, "too_early");
    ck_refused(post_action(start_trip, &rides_driver, last_trip, NULL), 409, "too_early");
    ck_refused(post_action(finish_trip, &rides_driver, last_trip, NULL), 409, "already_scheduled");
    publish_trip(0.4, "");
    ck_refused(post_action(start_trip, &rides_guest, last_trip, NULL), 403, "forbidden");
    ck_refused(post_action(start_trip, &stand_other, last_trip, NULL), 404, "not_found");
    struct api_caller stranger = rides_driver;
    stranger.actor_id = uuid_make();
    ck_refused(post_action(start_trip, &stranger, last_trip, NULL), 404, "not_found");
    ck_status(post_action(confirm_trip, &rides_driver, last_trip, NULL), 200);
    ck_refused(post_action(confirm_trip, &rides_driver, last_trip, NULL), 409, "already_confirmed");
    struct answer trip = see_trip(&rides_driver);
    ck_assert(json_is_string(json_object_get(trip.json, "confirmed_at")));
    ck_assert(answer_allows(&trip, "start") && answer_allows(&trip, "delay") &&
              answer_allows(&trip, "cancel"));
    ck_assert(!answer_allows(&trip, "confirm") && !answer_allows(&trip, "finish"));
    trip = see_trip(&rides_guest);
    ck_count(trip.json, "allowed_actions", 0);
    const struct answer ride = order_confirmed_ride(&rides_guest, 0, 2);
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200); /* repeated */
    ck_refused(post_action(start_trip, NULL, last_trip, NULL), 409, "already_started");
    ck_refused(post_action(finish_trip, &rides_driver, last_trip, NULL), 409, "unsettled_rides");
    const struct answer waits = ck_status(order_ride(&rides_guest8, 1, 2, "", ""), 201);
    stand_sql("UPDATE ride SET status = 'boarded' WHERE id = '%s'", ride.id);
    trip = see_trip(NULL);
    ck_assert(answer_allows(&trip, "finish"));
    ck_status(post_action(finish_trip, &rides_driver, last_trip, NULL), 200);
    ck_assert_str_eq(stored_status(ride.id), "completed");
    ck_assert_str_eq(stored_status(waits.id), "cancelled");
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
    ck_sql(1, "SELECT trips_done FROM driver");
    ck_refused(post_action(cancel_trip, &rides_driver, last_trip, NULL), 409, "already_finished");
    ck_status(see_trip(&rides_guest), 200); /* has ridden it */
    ck_refused(see_trip(&rides_guest8), 404, "not_found");
}

FIBER_TEST(trip_history_records_each_step)
{
    static const char *const steps[] = {"scheduled", "scheduled", "started", "finished"};

    publish_trip(0.4, "");
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':5,'reason':'Пробка'}"),
              200);
    ck_status(post_action(start_trip, NULL, last_trip, NULL), 200);
    ck_status(post_action(finish_trip, &rides_driver, last_trip, NULL), 200);
    ck_sql(0, "SELECT trips_done FROM driver"); /* no passengers */
    struct answer read =
        ck_status(ask_get(get_trip_history, .caller = &rides_driver, .id = last_trip), 200);
    const json_t *items = json_object_get(read.json, "items");
    ck_assert_uint_eq(json_array_size(items), 4);
    for (size_t i = 0; i < 4; i++)
        ck_text(json_array_get(items, i), "to_status", steps[i]);
    ck_text(items, "1.reason", "Пробка");
    read = ask_get(get_trip_history, .id = last_trip, .params = "limit=1");
    const char *cursor = text_at(read.json, "next_cursor");
    ck_refused(
        ask_get(get_passengers, .id = last_trip, .params = textf("limit=1&cursor=%s", cursor)), 422,
        "bad_cursor");
    ck_refused(ask_get(get_trip_history, .caller = &rides_guest, .id = last_trip), 404,
               "not_found");
    trip_traces();
}

#define DELAY(minutes) post_action(delay_trip, &rides_driver, last_trip, "{'minutes':" minutes "}")

FIBER_TEST(delay_of_scheduled_trip_shifts_all_stops)
{
    publish_trip(20, "");
    publish_trip(10, "");
    const struct answer ride = order_confirmed_ride(&rides_guest, 1, 2);
    const long long departs = stand_number("SELECT extract(epoch FROM departs_at) FROM trip_leg"
                                           " WHERE trip_id = '%s' AND from_stop = 1",
                                           last_trip);
    ck_refused(DELAY("4"), 422, "out_of_range");
    ck_refused(DELAY("721"), 422, "out_of_range");
    ck_refused(DELAY("10,'from_stop':3"), 422, "stops_order");
    ck_refused(DELAY("10,'reason':'Звоните 8 701 123 45 67'"), 422, "contact_in_text");
    ck_status(DELAY("60"), 200);
    ck_assert(!is_free_to_cancel(&ride));
    ck_sql(departs + 3600,
           "SELECT extract(epoch FROM departs_at) FROM trip_leg"
           " WHERE trip_id = '%s' AND from_stop = 1",
           last_trip);
    /* Stops before from_stop keep their times. */
    ck_status(DELAY("5,'from_stop':1"), 200);
    ck_assert(is_free_to_cancel(&ride));
    ck_sql(3600 + 300,
           "SELECT extract(epoch FROM a.departs_at - t.departs_at) FROM trip t"
           " JOIN trip_leg a ON a.trip_id = t.id AND a.from_stop = 1 WHERE t.id = '%s'",
           last_trip);
    ck_sql_text("0,1", "SELECT string_agg(data::jsonb ->> 'from_stop', ',' ORDER BY sequence)"
                       " FROM outbox WHERE resource_type = 'trip'");
    /* Legs keep their prices. */
    ck_sql(550000,
           "SELECT seat_price FROM trip_leg WHERE trip_id = '%s' AND from_stop = 0 AND to_stop = 2",
           last_trip);
    const char *first = textf("%s", stand_text("SELECT id FROM trip WHERE id <> '%s'", last_trip));
    struct answer busy =
        ask_action(delay_trip, .caller = &rides_driver, .id = last_trip, .body = "{'minutes':330}");
    ck_refused(busy, 409, "driver_busy");
    ck_text(busy.json, "trip_id", first);
    ck_sql(65, "SELECT delay_minutes FROM trip WHERE id = '%s'", last_trip);
    trip_traces();
}

FIBER_TEST(ride_agreed_while_the_delay_waited_is_free_to_cancel)
{
    publish_trip(10, "");
    const struct answer ride = order_confirmed_ride(&rides_guest, 1, 2);
    /* The transaction of the delay begins before the agreement, and waits for the trip's lock. */
    stand_sql("UPDATE ride SET agreed_at = now() + interval '1 minute'");
    ck_status(DELAY("61"), 200);
    ck_assert(is_free_to_cancel(&ride));
}

/* The driver's answer does not take away the right that the delay gave. */
FIBER_TEST(request_confirmed_after_the_delay_is_free_to_cancel)
{
    publish_trip(10, ",'instant_book':false");
    const struct answer ride = ck_status(order_ride(&rides_guest, 1, 2, "", ""), 201);
    ck_status(DELAY("61"), 200);
    const struct answer later =
        ck_status(order_ride(&rides_guest, 0, 1, "", ",'for_other':true"), 201);
    ck_status(post_action(confirm_ride, &rides_driver, ride.id, NULL), 200);
    ck_status(post_action(confirm_ride, &rides_driver, later.id, NULL), 200);
    ck_assert(is_free_to_cancel(&ride) && !is_free_to_cancel(&later));
}

/* Stops that a started trip has left keep their times and accept no boarding. */
FIBER_TEST(delay_of_started_trip_keeps_passed_stops)
{
    publish_trip(-0.5, "");
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    ck_refused(DELAY("10,'from_stop':0"), 422, "stop_left");
    rides_guest.test_key = false;
    ck_refused(order_ride(&rides_guest, 0, 2, "", ""), 422, "not_bookable");
    ck_status(order_ride(&rides_guest, 1, 2, "", ""), 201);
    ck_status(DELAY("10"), 200);
    ck_rows(1, "outbox WHERE type = 'trip.delayed' AND data::jsonb ->> 'from_stop' = '1'");
    ck_rows(1, "outbox WHERE data::jsonb ->> 'minutes' = '10'");
    ck_sql(3600 + 600,
           "SELECT extract(epoch FROM a.departs_at - t.departs_at) FROM trip t"
           " JOIN trip_leg a ON a.trip_id = t.id AND a.from_stop = 1 WHERE t.id = '%s'",
           last_trip);
}

/* The trip has not left a stop at which a passenger waits, unless one has boarded at a later stop.
 */
FIBER_TEST(delay_of_started_trip_moves_the_stop_where_passengers_wait)
{
    publish_trip(-0.2, "");
    const struct answer first = order_confirmed_ride(&rides_guest, 0, 2);
    const struct answer second = order_confirmed_ride(&rides_guest8, 1, 2);
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    ck_status(DELAY("5,'from_stop':0"), 200);
    ck_status(DELAY("5"), 200);
    ck_rows(2, "outbox WHERE type = 'trip.delayed' AND data::jsonb ->> 'from_stop' = '0'");
    ck_rows(1,
            "trip_leg WHERE trip_id = '%s' AND from_stop = 0 AND to_stop = 2"
            " AND departs_at BETWEEN now() - interval '4 minutes' AND now() - interval '1 minute'",
            last_trip);
    stand_sql("UPDATE ride SET status = 'boarded' WHERE id = '%s'", second.id);
    ck_refused(DELAY("5,'from_stop':0"), 422, "stop_left");
    ck_status(DELAY("5"), 200);
    stand_sql("UPDATE ride SET status = CASE id WHEN '%s' THEN 'boarded' ELSE 'confirmed' END",
              first.id);
    ck_status(DELAY("5"), 200);
    ck_rows(2, "outbox WHERE type = 'trip.delayed' AND data::jsonb ->> 'from_stop' = '1'");
}

/* Passengers judge by the moved departure, the driver is judged by the agreed one. */
FIBER_TEST(delay_does_not_wash_away_a_late_cancellation)
{
    publish_trip(14, "");
    const struct answer ride = order_confirmed_ride(&rides_guest, 0, 2);
    const struct answer other = order_confirmed_ride(&rides_guest8, 0, 1);
    ck_status(DELAY("715"), 200);
    ck_text(ck_status(ask_get(get_ride_cancel_preview, .caller = &rides_driver, .id = ride.id), 200)
                .json,
            "fault", "driver");
    ck_status(post_action(cancel_ride, &rides_driver, ride.id, NULL), 200);
    ck_sql_text("driver", "SELECT fault FROM ride WHERE id = '%s'", ride.id);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    ck_sql_text("driver", "SELECT fault FROM ride WHERE id = '%s'", other.id);
    ck_sql_text("driver", "SELECT fault FROM trip WHERE id = '%s'", last_trip);
    ck_number(ask_get(get_driver, .id = rides_driver_id()).json, "faults", 2);
}

FIBER_TEST(delays_of_a_trip_are_at_most_twelve_hours_together)
{
    publish_trip(2, "");
    ck_status(DELAY("700"), 200);
    const struct answer over = ck_refused(DELAY("21"), 422, "out_of_range");
    ck_text(over.json, "errors.0.field", "minutes");
    ck_status(DELAY("20"), 200);
    ck_refused(post_action(delay_trip, NULL, last_trip, "{'minutes':5}"), 409, "too_many_delays");
    const struct answer trip = see_trip(&rides_driver);
    ck_assert(!answer_allows(&trip, "delay") && answer_allows(&trip, "cancel"));
    ck_sql(720, "SELECT delay_minutes FROM trip WHERE id = '%s'", last_trip);
    trip_traces();
}

FIBER_TEST(cancelled_trip_refunds_every_ride)
{
    publish_trip(10, ",'prepayment_percent':20");
    const struct answer paid = order_ride(&rides_guest, 0, 2, "", ",'seats':2");
    ck_status(post_action(confirm_ride, &rides_driver, paid.id, "{'paid':KZT(300000)}"), 200);
    const struct answer held = ck_status(order_ride(&rides_guest8, 0, 1, "", ""), 201);
    const struct answer over =
        ck_status(order_ride(&rides_guest8, 1, 2, "", ",'hold_seconds':30,'for_other':true"), 201);
    /* A direct write that keeps the version. */
    stand_sql("ALTER TABLE ride DISABLE TRIGGER ride_changed");
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'", over.id);
    stand_sql("ALTER TABLE ride ENABLE TRIGGER ride_changed");
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, "{'reason':'Поломка'}"), 200);
    ck_assert_str_eq(stored_status(over.id), "expired");
    ck_sql_text("cancelled0/300000driver",
                "SELECT concat(status, fee, '/', refund, fault) FROM ride WHERE id = '%s'",
                paid.id);
    ck_sql_text("cancelled0/0none",
                "SELECT concat(status, fee, '/', refund, fault) FROM ride WHERE id = '%s'",
                held.id);
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
    ck_sql_text("Поломкаt",
                "SELECT concat(reason, actor = '%.*s') FROM ride_history"
                " WHERE ride_id = '%s' AND to_status = 'cancelled'",
                SLICE_ARG(rides_driver.actor_text), paid.id);
    /* Events of a ride have the same shape, whichever statement wrote them. */
    ck_sql(1, "SELECT count(DISTINCT keys) FROM (SELECT (SELECT"
              " string_agg(key, ',' ORDER BY key) FROM"
              " jsonb_object_keys(data::jsonb) key) AS keys FROM outbox"
              " WHERE resource_type = 'ride') shapes");
    ck_sql(300000,
           "SELECT (data::jsonb -> 'refund' ->> 'amount')::bigint FROM outbox"
           " WHERE type = 'ride.cancelled' AND resource_id = '%s'",
           paid.id);
    ck_refused(order_ride(&rides_guest, 0, 1, "", ""), 422, "not_bookable");
    /* The driver is free again. */
    publish_trip(10, "");
    trip_traces();
}

FIBER_TEST(third_fault_suspends_driver)
{
    /* Without passengers, more than a day ahead, and by staff: no fault. */
    publish_trip(10, "");
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    publish_trip(25, "");
    order_confirmed_ride(&rides_guest, 0, 2);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    publish_trip(10, "");
    order_confirmed_ride(&rides_guest, 0, 2);
    ck_status(post_action(cancel_trip, NULL, last_trip, NULL), 200);
    ck_sql(0, "SELECT driver_fault_count(id, now() - interval '30 days') FROM driver");
    /* A trip is one fault, however many rides it had; the third suspends the driver. */
    for (int i = 1; i <= 3; i++) {
        publish_trip(10, "");
        order_confirmed_ride(&rides_guest, 0, 1);
        order_confirmed_ride(&rides_guest8, 0, 2);
        ck_sql_text("active", "SELECT status FROM driver");
        ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
        ck_number(ask_get(get_driver, .id = rides_driver_id()).json, "faults", i);
    }
    ck_sql_text("suspended", "SELECT status FROM driver");
    ck_rows(1, "audit WHERE action = 'driver.suspend'");
    trip_traces();
}

static void settle(const struct answer *ride, const char *fault, int faults)
{
    ck_status(
        post_action(settle_ride, NULL, ride->id, textf("{'fault':'%s','refund':KZT(0)}", fault)),
        200);
    ck_number(ask_get(get_driver, .id = rides_driver_id()).json, "faults", faults);
}

FIBER_TEST(settled_rides_decide_the_faults_of_the_driver)
{
    publish_trip(10, "");
    const struct answer one = order_confirmed_ride(&rides_guest, 0, 1),
                        other = order_confirmed_ride(&rides_guest8, 0, 2);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    settle(&one, "none", 1);
    settle(&other, "none", 0);
    settle(&one, "driver", 1);
    settle(&other, "driver", 1);
    settle(&one, "none", 1);
    settle(&other, "none", 0);
    /* A ride that ended with its trip, which the driver finished. */
    publish_trip(0.4, "");
    const struct answer carried = order_confirmed_ride(&rides_guest, 0, 2);
    ck_status(post_action(board_ride, &rides_driver, carried.id, NULL), 200);
    ck_status(post_action(finish_trip, &rides_driver, last_trip, NULL), 200);
    ck_assert_str_eq(stored_status(carried.id), "completed");
    settle(&carried, "driver", 1);
    settle(&carried, "none", 0);
    /* The system cancels a trip without passengers. */
    stand_sql("UPDATE trip SET status = 'cancelled', fault = 'driver' WHERE id = '%s'", last_trip);
    stand_sql("UPDATE ride SET agreed_at = NULL WHERE trip_id = '%s'", last_trip);
    ck_sql(1, "SELECT driver_fault_count(id, now() - interval '30 days') FROM driver");
    /* One of its rides that staff settle is no second fault. */
    stand_sql("UPDATE ride SET fault = 'driver' WHERE trip_id = '%s'", last_trip);
    ck_sql(1, "SELECT driver_fault_count(id, now() - interval '30 days') FROM driver");
    /* Nor is one whose passenger reported the driver before the system cancelled the trip. */
    stand_sql("UPDATE ride SET ended_at = ended_at - interval '44 minutes' WHERE trip_id = '%s'",
              last_trip);
    ck_sql(1, "SELECT driver_fault_count(id, now() - interval '30 days') FROM driver");
}

FIBER_TEST(absence_is_one_fault_however_many_passengers_report_it)
{
    struct answer rides[3];
    char text[PASSENGER_TEXT], other_text[PASSENGER_TEXT];
    struct api_caller guests[3] = {rides_guest, rides_guest8, new_passenger(9, text)};

    publish_trip(-0.5, "");
    for (int i = 0; i < 3; i++)
        rides[i] = order_confirmed_ride(&guests[i], 0, 2);
    const struct api_caller other = new_passenger(10, other_text);
    const struct answer rest = order_confirmed_ride(&other, 0, 2);
    for (int i = 0; i < 3; i++) {
        ck_status(post_action(driver_no_show_ride, &guests[i], rides[i].id, NULL), 200);
        ck_number(ask_get(get_driver, .id = rides_driver_id()).json, "faults", 1);
    }
    ck_status(DELAY("60"), 200);
    ck_number(ask_get(get_driver, .id = rides_driver_id()).json, "faults", 1);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    ck_sql_text("driver", "SELECT fault FROM ride WHERE id = '%s'", rest.id);
    ck_number(ask_get(get_driver, .id = rides_driver_id()).json, "faults", 1);
    ck_sql_text("active", "SELECT status FROM driver");
    /* Cancels before the departure are a fault each. */
    publish_trip(10, "");
    for (int i = 0; i < 2; i++) {
        rides[i] = order_confirmed_ride(&guests[i], 0, 2);
        ck_status(post_action(cancel_ride, &rides_driver, rides[i].id, NULL), 200);
        ck_number(ask_get(get_driver, .id = rides_driver_id()).json, "faults", 2 + i);
    }
    ck_sql_text("suspended", "SELECT status FROM driver");
}

/* The number of rows of `ride` that counting the driver's faults reads. */
static int rides_read(void)
{
    PGconn *pg =
        stand_hold("SET LOCAL search_path = test_rides_trip_actions, public;"
                   "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;"
                   "SET LOCAL enable_mergejoin = off;"
                   "SELECT driver_fault_count(id, now() - interval '30 days') FROM driver");
    PGresult *result = PQexec(pg, "SELECT pg_stat_get_xact_tuples_fetched('ride'::regclass)");

    ck_assert_msg(PQntuples(result) == 1, "%s", PQerrorMessage(pg));
    const int count = atoi(PQgetvalue(result, 0, 0));
    PQclear(result);
    PQfinish(pg);
    return count;
}

FIBER_TEST(faults_are_counted_without_reading_old_trips)
{
    publish_trip(10, "");
    order_confirmed_ride(&rides_guest, 0, 1);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    stand_sql("INSERT INTO trip (id, tenant_id, driver_id, car_id, status, stops, segment_prices,"
              " departs_at, arrives_at, busy, seats, fault, ended_at) SELECT gen_random_uuid(),"
              " tenant_id, driver_id, car_id, status, stops, segment_prices, departs_at,"
              " arrives_at, busy, seats, fault, now() - interval '1 day' * (30 + n)"
              " FROM trip, generate_series(1, 2000) n");
    stand_sql("INSERT INTO ride (id, tenant_id, code, kind, status, trip_id, from_stop, to_stop,"
              " from_place, to_place, seats, seat_load, cargo_load, child_load, passenger_name,"
              " lines, total, deposit, policy, fault, agreed_at, ended_at) SELECT"
              " gen_random_uuid(), tenant_id, md5(id::text), 'seat', 'cancelled', id, 0, 1,"
              " 'almaty', 'konaev', 1, 1, 0, 0, 'Айгуль', '[]', 0, 0, 'moderate', 'driver',"
              " ended_at, ended_at FROM trip WHERE id <> '%s'",
              last_trip);
    stand_sql("ANALYZE trip, ride");
    ck_sql(1, "SELECT driver_fault_count(id, now() - interval '30 days') FROM driver");
    ck_sql(2001, "SELECT driver_fault_count(id, now() - interval '3000 days') FROM driver");
    ck_assert_int_lt(rides_read(), 10);
}

/* --- races --- */

static int started;

static void start_one(void *data)
{
    const struct answer answer =
        post_action(start_trip, data != NULL ? &rides_driver : NULL, last_trip, NULL);

    started += answer.status == 200;
    ck_assert(answer.status == 200 || strcmp(answer.code, "already_started") == 0);
}

FIBER_TEST(concurrent_starts_one_succeeds)
{
    started = 0;
    publish_trip(0.4, "");
    for (intptr_t i = 0; i < 8; i++)
        stand_go(start_one, (void *)(i % 2));
    stand_join();
    ck_assert_int_eq(started, 4); /* the actor of the step may repeat it */
    ck_rows(1, "trip_history WHERE to_status = 'started'");
    trip_traces();
}

static int booked;

static void book_one(void *data)
{
    char text[PASSENGER_TEXT];
    const struct api_caller guest = new_passenger(100 + (intptr_t)data, text);

    const struct answer answer = order_ride(&guest, (int)((intptr_t)data % 2), 2, "", "");
    booked += answer.status == 201;
    ck_assert(answer.status == 201 || strcmp(answer.code, "not_bookable") == 0 ||
              strcmp(answer.code, "seats_taken") == 0);
}

static void cancel_one(void *data)
{
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
}

FIBER_TEST(concurrent_cancel_prevents_booking)
{
    booked = 0;
    publish_trip(10, "");
    for (intptr_t i = 0; i < 12; i++) {
        stand_go(book_one, (void *)i);
        if (i == 4)
            stand_go(cancel_one, NULL);
    }
    stand_join();
    ck_rows(booked, "ride");
    ck_rows(0, "ride WHERE status <> 'cancelled'");
    trip_traces();
}
