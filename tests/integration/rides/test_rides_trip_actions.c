// SPDX-License-Identifier: MIT
/* Actions on trips on a real PostgreSQL, with their effects on rides, driver and the driver's time.
 */
#include "handlers/ride_handlers.h"
#include "requests.h"
#include "support/test.h"

static void begin(void)
{
    rides_begin("test_rides_moves");
    rides_driver.test_key = rides_guest.test_key = rides_guest8.test_key = true;
}

TEST_CASE("trip_actions", .setup = begin, .teardown = stand_end);

static struct answer see_trip(const struct api_caller *caller)
{
    return stand_ask(&(struct ask){.handler = get_trip, .caller = caller, .id = last_trip});
}

static const char *status_of(const char *id)
{
    return stand_text("SELECT status FROM ride WHERE id = '%s'", id);
}

/* A trip has one row of history, one event and one audit row for each version. */
static void trip_traces(void)
{
    ck_ride_traces();
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM trip t WHERE version <>"
                     " (SELECT count(*) FROM trip_history WHERE trip_id = t.id) OR version <>"
                     " (SELECT count(*) FROM outbox WHERE resource_id = t.id) OR version <>"
                     " (SELECT count(*) FROM audit WHERE resource_id = t.id)"),
        0);
}

static struct answer take_confirmed(const struct api_caller *guest, int from, int to)
{
    const struct answer made = order_ride_status(guest, from, to, "", "");

    ck_status(made, 201);
    ck_status(post_action(confirm_ride, guest, made.id, NULL), 200);
    return made;
}

STAND_TEST(trip_is_confirmed_started_and_finished)
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
    answer_drop(&trip);
    trip = see_trip(&rides_guest);
    ck_assert_uint_eq(json_array_size(json_object_get(trip.json, "allowed_actions")), 0);
    answer_drop(&trip);
    const struct answer ride = take_confirmed(&rides_guest, 0, 2);
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200); /* repeated */
    ck_refused(post_action(start_trip, NULL, last_trip, NULL), 409, "already_started");
    ck_refused(post_action(finish_trip, &rides_driver, last_trip, NULL), 409, "unsettled_rides");
    const struct answer waits = order_ride_status(&rides_guest8, 1, 2, "", "");
    ck_status(waits, 201);
    stand_sql("UPDATE ride SET status = 'boarded' WHERE id = '%s'", ride.id);
    trip = see_trip(NULL);
    ck_assert(answer_allows(&trip, "finish"));
    answer_drop(&trip);
    ck_status(post_action(finish_trip, &rides_driver, last_trip, NULL), 200);
    ck_assert_str_eq(status_of(ride.id), "completed");
    ck_assert_str_eq(status_of(waits.id), "cancelled");
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
    ck_assert_int_eq(stand_number("SELECT trips_done FROM driver"), 1);
    ck_refused(post_action(cancel_trip, &rides_driver, last_trip, NULL), 409, "already_finished");
}

STAND_TEST(trip_history_records_each_step)
{
    static const char *const steps[] = {"scheduled", "scheduled", "started", "finished"};

    publish_trip(0.4, "");
    ck_status(
        post_action(delay_trip, &rides_driver, last_trip, "{\"minutes\":5,\"reason\":\"Пробка\"}"),
        200);
    ck_status(post_action(start_trip, NULL, last_trip, NULL), 200);
    ck_status(post_action(finish_trip, &rides_driver, last_trip, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT trips_done FROM driver"), 0); /* no passengers */
    struct answer read = stand_ask(
        &(struct ask){.handler = get_trip_history, .caller = &rides_driver, .id = last_trip});
    ck_status(read, 200);
    const json_t *items = json_object_get(read.json, "items");
    ck_assert_uint_eq(json_array_size(items), 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(json_string_value(json_object_get(json_array_get(items, i), "to_status")),
                         steps[i]);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(items, 1), "reason")),
                     "Пробка");
    answer_drop(&read);
    ck_refused(stand_status(&(struct ask){
                   .handler = get_trip_history, .caller = &rides_guest, .id = last_trip}),
               404, "not_found");
    trip_traces();
}

#define DELAY(minutes)                                                                             \
    post_action(delay_trip, &rides_driver, last_trip, "{\"minutes\":" minutes "}")

STAND_TEST(delay_of_scheduled_trip_shifts_all_stops)
{
    char first[40];

    publish_trip(20, "");
    publish_trip(10, "");
    const struct answer ride = take_confirmed(&rides_guest, 1, 2);
    const long long departs = stand_number("SELECT extract(epoch FROM departs_at) FROM trip_leg "
                                           "WHERE trip_id = '%s' AND from_stop = 1",
                                           last_trip);
    ck_refused(DELAY("4"), 422, "out_of_range");
    ck_refused(DELAY("721"), 422, "out_of_range");
    ck_refused(DELAY("10,\"from_stop\":3"), 422, "stops_order");
    ck_refused(DELAY("10,\"reason\":\"Звоните 8 701 123 45 67\""), 422, "contact_in_text");
    ck_status(DELAY("60"), 200);
    struct answer seen = view_ride(&rides_guest, ride.id);
    ck_assert(!json_is_true(json_object_get(seen.json, "free_cancel")));
    answer_drop(&seen);
    ck_assert_int_eq(stand_number("SELECT extract(epoch FROM departs_at) FROM trip_leg"
                                  " WHERE trip_id = '%s' AND from_stop = 1",
                                  last_trip),
                     departs + 3600);
    /* Stops before from_stop keep their times. */
    ck_status(DELAY("5,\"from_stop\":1"), 200);
    seen = view_ride(&rides_guest, ride.id);
    ck_assert(json_is_true(json_object_get(seen.json, "free_cancel")));
    answer_drop(&seen);
    ck_assert_int_eq(
        stand_number("SELECT extract(epoch FROM a.departs_at - t.departs_at) FROM trip t"
                     " JOIN trip_leg a ON a.trip_id = t.id AND a.from_stop = 1"
                     " WHERE t.id = '%s'",
                     last_trip),
        3600 + 300);
    /* Legs keep their prices. */
    ck_assert_int_eq(stand_number("SELECT seat_price FROM trip_leg WHERE trip_id = '%s'"
                                  " AND from_stop = 0 AND to_stop = 2",
                                  last_trip),
                     550000);
    snprintf(first, sizeof first, "%s",
             stand_text("SELECT id FROM trip WHERE id <> '%s'", last_trip));
    struct answer busy = stand_ask(&(struct ask){.handler = delay_trip,
                                                 .caller = &rides_driver,
                                                 .method = HTTP_POST,
                                                 .id = last_trip,
                                                 .body = "{\"minutes\":330}",
                                                 .action = true});
    ck_refused(busy, 409, "driver_busy");
    ck_assert_str_eq(json_string_value(json_object_get(busy.json, "trip_id")), first);
    answer_drop(&busy);
    ck_assert_int_eq(stand_number("SELECT delay_minutes FROM trip WHERE id = '%s'", last_trip), 65);
    trip_traces();
}

/* Stops that a started trip has left keep their times and accept no boarding. */
STAND_TEST(delay_of_started_trip_keeps_passed_stops)
{
    publish_trip(-0.5, "");
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    ck_refused(DELAY("10,\"from_stop\":0"), 422, "stop_left");
    rides_guest.test_key = false;
    ck_refused(order_ride_status(&rides_guest, 0, 2, "", ""), 422, "not_bookable");
    ck_status(order_ride_status(&rides_guest, 1, 2, "", ""), 201);
    ck_status(DELAY("10"), 200);
    ck_assert_int_eq(
        stand_number("SELECT extract(epoch FROM a.departs_at - t.departs_at) FROM trip t"
                     " JOIN trip_leg a ON a.trip_id = t.id AND a.from_stop = 1"
                     " WHERE t.id = '%s'",
                     last_trip),
        3600 + 600);
}

static void cancel_body(void *data)
{
    (void)data;
    publish_trip(10, ",\"prepayment_percent\":20");
    const struct answer paid = order_ride_status(&rides_guest, 0, 2, "", ",\"seats\":2");
    ck_status(post_action(confirm_ride, &rides_driver, paid.id,
                          "{\"paid\":{\"amount\":300000,\"currency\":\"KZT\"}}"),
              200);
    const struct answer held = order_ride_status(&rides_guest8, 0, 1, "", "");
    ck_status(held, 201);
    const struct answer over =
        order_ride_status(&rides_guest8, 1, 2, "", ",\"hold_seconds\":30,\"for_other\":true");
    ck_status(over, 201);
    /* A direct write that keeps the version. */
    stand_sql("ALTER TABLE ride DISABLE TRIGGER ride_changed");
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'", over.id);
    stand_sql("ALTER TABLE ride ENABLE TRIGGER ride_changed");
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, "{\"reason\":\"Поломка\"}"), 200);
    ck_assert_str_eq(status_of(over.id), "expired");
    ck_assert_str_eq(stand_text("SELECT concat(status, fee, '/', refund, fault) FROM ride"
                                " WHERE id = '%s'",
                                paid.id),
                     "cancelled0/300000driver");
    ck_assert_str_eq(stand_text("SELECT concat(status, fee, '/', refund, fault) FROM ride"
                                " WHERE id = '%s'",
                                held.id),
                     "cancelled0/0none");
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
    ck_assert_str_eq(stand_text("SELECT concat(reason, actor = '%.*s') FROM ride_history"
                                " WHERE ride_id = '%s' AND to_status = 'cancelled'",
                                SLICE_ARG(rides_driver.actor_text), paid.id),
                     "Поломкаt");
    /* Events of a ride have the same shape, whichever statement wrote them. */
    ck_assert_int_eq(stand_number("SELECT count(DISTINCT keys) FROM (SELECT (SELECT"
                                  " string_agg(key, ',' ORDER BY key) FROM"
                                  " jsonb_object_keys(data::jsonb) key) AS keys FROM outbox"
                                  " WHERE resource_type = 'ride') shapes"),
                     1);
    ck_assert_int_eq(
        stand_number("SELECT (data::jsonb -> 'refund' ->> 'amount')::bigint FROM outbox"
                     " WHERE type = 'ride.cancelled' AND resource_id = '%s'",
                     paid.id),
        300000);
    ck_refused(order_ride_status(&rides_guest, 0, 1, "", ""), 422, "not_bookable");
    /* The driver is free again. */
    publish_trip(10, "");
    trip_traces();
}

TEST(cancelled_trip_refunds_every_ride)
{
    stand_run(cancel_body, NULL);
}

STAND_TEST(third_fault_suspends_driver)
{
    /* Without passengers, more than a day ahead, and by staff: no fault. */
    publish_trip(10, "");
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    publish_trip(25, "");
    take_confirmed(&rides_guest, 0, 2);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    publish_trip(10, "");
    take_confirmed(&rides_guest, 0, 2);
    ck_status(post_action(cancel_trip, NULL, last_trip, NULL), 200);
    ck_assert_int_eq(
        stand_number("SELECT driver_faults(id, now() - interval '30 days') FROM driver"), 0);
    /* A trip is one fault, however many rides it had; the third suspends the driver. */
    for (int i = 1; i <= 3; i++) {
        publish_trip(10, "");
        take_confirmed(&rides_guest, 0, 1);
        take_confirmed(&rides_guest8, 0, 2);
        ck_assert_str_eq(stand_text("SELECT status FROM driver"), "active");
        ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
        ck_assert_int_eq(
            stand_number("SELECT driver_faults(id, now() - interval '30 days') FROM driver"), i);
    }
    ck_assert_str_eq(stand_text("SELECT status FROM driver"), "suspended");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'driver.suspend'"), 1);
    trip_traces();
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

static void start_body(void *data)
{
    (void)data;
    publish_trip(0.4, "");
    for (intptr_t i = 0; i < 8; i++)
        stand_go(start_one, (void *)(i % 2));
}

TEST(concurrent_starts_one_succeeds)
{
    started = 0;
    stand_run(start_body, NULL);
    ck_assert_int_eq(started, 4); /* the actor of the step may repeat it */
    ck_assert_int_eq(stand_number("SELECT count(*) FROM trip_history WHERE to_status = 'started'"),
                     1);
    trip_traces();
}

static int booked;

static void book_one(void *data)
{
    struct api_caller guest = rides_guest;
    char text[32];

    guest.actor_number = 100 + (intptr_t)data;
    snprintf(text, sizeof text, "guest:%d", (int)guest.actor_number);
    guest.actor_text = slice_of(text);
    const struct answer answer = order_ride_status(&guest, (int)((intptr_t)data % 2), 2, "", "");
    booked += answer.status == 201;
    ck_assert(answer.status == 201 || strcmp(answer.code, "not_bookable") == 0 ||
              strcmp(answer.code, "seats_taken") == 0);
}

static void cancel_one(void *data)
{
    (void)data;
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
}

static void book_body(void *data)
{
    (void)data;
    publish_trip(10, "");
    for (intptr_t i = 0; i < 12; i++) {
        stand_go(book_one, (void *)i);
        if (i == 4)
            stand_go(cancel_one, NULL);
    }
}

TEST(concurrent_cancel_prevents_booking)
{
    booked = 0;
    stand_run(book_body, NULL);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM ride"), booked);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM ride WHERE status <> 'cancelled'"), 0);
    trip_traces();
}
