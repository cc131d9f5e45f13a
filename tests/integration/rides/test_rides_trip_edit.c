// SPDX-License-Identifier: MIT
/* Editing trips on a real PostgreSQL. */
#include "handlers/ride_handlers.h"
#include "requests.h"

static struct answer edit(const struct api_caller *caller, const char *body)
{
    return ask_patch(patch_trip, .caller = caller, .id = last_trip, .body = body);
}

static const char *trip_text(const char *columns)
{
    return stand_text("SELECT concat_ws(' ', %s) FROM trip WHERE id = '%s'", columns, last_trip);
}

/* The price of a seat from the first stop to the second, and over the whole trip. */
static const char *leg_prices(void)
{
    return stand_text("SELECT string_agg(seat_price::text, ' ' ORDER BY to_stop) FROM trip_leg"
                      " WHERE trip_id = '%s' AND from_stop = 0",
                      last_trip);
}

TEST_CASE("rides_trip_edit", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(edit_changes_only_given_fields)
{
    publish_trip(30, ",'note':'Рано'");
    ck_status(edit(&rides_driver,
                   "{'note':'С вещами','policy':'strict','parcel_prices':{'small':KZT(150000)}}"),
              200);
    ck_assert_str_eq(trip_text("note, policy, parcel_small, car_price, seats, version"),
                     "С вещами strict 150000 1800000 4 2");
    ck_status(edit(NULL, "{'note':null}"), 200);
    ck_assert_str_eq(trip_text("coalesce(note, '-')"), "-");
    ck_rows(2,
            "outbox WHERE resource_id = '%s' AND type ="
            " 'trip.changed' AND data::text NOT LIKE '%%вещами%%'",
            last_trip);
    ck_refused(edit(&rides_guest, "{'note':'Я'}"), 403, "forbidden");
    ck_refused(edit(&stand_other, "{'note':'Я'}"), 404, "not_found");
    ck_refused(edit(&rides_driver, "{'note':'+7 701 123 45 67'}"), 422, "contact_in_text");
    ck_refused(edit(&rides_driver, "{'seats':null}"), 422, "required");
    ck_refused(edit(&rides_driver, "{'driver_id':null}"), 422, "unknown_field");
    ck_refused(edit(&rides_driver, "{'seats':5}"), 422, "too_many_seats");
    ck_refused(edit(&rides_driver, "{'car_id':'018f0000-0000-7000-8000-000000000009'}"), 422,
               "unknown_car");
    ck_refused(ask_patch(patch_trip, .caller = &rides_driver, .id = last_trip, .if_match = "\"1\"",
                         .body = "{'note':'Я'}"),
               412, "version_mismatch");
    stand_sql("UPDATE trip SET status = 'started'");
    ck_refused(edit(&rides_driver, "{'note':'Я'}"), 409, "already_started");
}

FIBER_TEST(edited_prices_apply_to_new_rides)
{
    publish_trip(30, "");
    ck_status(order_ride(&rides_guest, 0, 2, "", ""), 201);
    ck_status(edit(&rides_driver, "{'seat_prices':[KZT(310000),KZT(260000)]}"), 200);
    ck_assert_str_eq(leg_prices(), "310000 570000");
    ck_status(order_ride(&rides_guest8, 0, 2, "", ""), 201);
    ck_sql_text("550000 570000", "SELECT string_agg(total::text, ' ' ORDER BY id) FROM ride");
    ck_status(edit(&rides_driver, "{'seat_price':KZT(600000)}"), 200);
    ck_sql_text("600000", "SELECT seat_price FROM trip_leg WHERE from_stop = 0 AND to_stop = 2");
    ck_refused(edit(&rides_driver, "{'seat_prices':[KZT(310000)]}"), 422, "wrong_count");
    const struct answer both = ck_refused(
        edit(&rides_driver, "{'seat_price':KZT(600000),'seat_prices':[KZT(310000),KZT(310000)]}"),
        422, "invalid");
    ck_text(both.json, "errors.0.field", "seat_price");
    ck_text(both.json, "errors.1.field", "seat_prices");
    ck_ride_traces();
}

FIBER_TEST(edit_cannot_remove_sold_capacity)
{
    publish_trip(30, ",'cargo_units':16");
    ck_status(order_ride(&rides_guest, 0, 1, "", ",'seats':3"), 201);
    ck_refused(edit(&rides_driver, "{'seats':2}"), 409, "has_passengers");
    ck_status(edit(&rides_driver, "{'seats':3,'cargo_units':8,'child_seats':0}"), 200);
    ck_sql_text("3 8 0", "SELECT concat_ws(' ', seats, cargo_units, child_seats) FROM trip_load");
    const struct answer waits =
        ck_status(order_ride(&rides_guest8, 0, 1, ",'phone':'+77017654321'", ",'wait':true"), 201);
    ck_assert_str_eq(stored_status(waits.id), "open");
    /* An added seat is held for the waiting ride. */
    ck_status(edit(&rides_driver, "{'seats':4}"), 200);
    ck_assert_str_eq(stored_status(waits.id), "held");
    ck_assert_str_eq(trip_loads(), "{4,0}{0,0}{0,0}");
    ck_ride_traces();
    /* An expired hold does not count. */
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second'");
    stand_sql("UPDATE trip_load SET next_expiry = now() - interval '1 second'");
    ck_status(edit(&rides_driver, "{'seats':1}"), 200);
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
}

FIBER_TEST(ride_that_waits_for_the_whole_car_gets_edited_capacity)
{
    publish_trip(30, ",'cargo_units':16");
    ck_status(edit(&rides_driver, "{'seats':3}"), 200);
    const struct answer seat =
        ck_status(order_ride(&rides_guest, 0, 2, ",'phone':'+77017654321'", ""), 201);
    const struct answer car = ck_status(order_ride(&rides_guest8, 0, 2, ",'phone':'+77017654322'",
                                                   ",'kind':'car','seats':3,'wait':true"),
                                        201);
    ck_status(edit(&rides_driver, "{'seats':2}"), 200);
    ck_status(post_action(cancel_ride, NULL, seat.id, NULL), 200);
    /* Three people do not fit into two seats. */
    ck_assert_str_eq(stored_status(car.id), "open");
    ck_status(edit(&rides_driver, "{'seats':4,'cargo_units':8}"), 200);
    ck_assert_str_eq(stored_status(car.id), "held");
    ck_assert_str_eq(trip_loads(), "{4,4}{8,8}{0,0}");
    ck_refused(edit(&rides_driver, "{'cargo_units':16}"), 409, "has_passengers");
    ck_ride_traces();
}

FIBER_TEST(car_change_allows_free_cancel)
{
    publish_trip(30, "");
    ck_status(edit(&rides_driver, "{'seats':3}"), 200);
    const struct answer made =
        ck_status(order_ride(&rides_guest, 0, 2, ",'phone':'+77017654321'", ",'kind':'car'"), 201);
    /* No seats can be added beside a whole car. */
    ck_refused(edit(&rides_driver, "{'seats':4}"), 409, "has_passengers");
    ck_refused(edit(&rides_driver, "{'child_seats':1}"), 409, "has_passengers");
    ck_status(post_action(confirm_ride, &rides_driver, made.id, NULL), 200);
    stand_sql("UPDATE ride SET agreed_at = now() - interval '3 hours', paid = total");
    stand_sql("UPDATE trip SET policy = 'strict'");
    stand_sql("UPDATE ride SET policy = 'strict'");
    stand_sql("INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors,"
              " year) SELECT gen_random_uuid(), tenant_id, driver_id, 'Kia', 'Rio', 'red',"
              " '111KIA05', 3, 4, 2020 FROM car");
    ck_status(edit(&rides_driver,
                   textf("{'car_id':'%s'}", stand_text("SELECT id FROM car WHERE make = 'Kia'"))),
              200);
    ck_assert_str_eq(trip_text("free_cancel_at IS NOT NULL"), "t");
    ck_rows(1, "outbox WHERE type = 'trip.car_changed' AND resource_id = '%s'", last_trip);
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_sql_text("t none", "SELECT concat_ws(' ', refund = paid, fault) FROM ride");
}

static const char *stops(double first, const char *to, double hours)
{
    return textf("'stops':[{'place':'almaty','at':'%s'},{'place':'%s','at':'%s'}]", time_in(first),
                 to, time_in(first + hours));
}

static struct answer row(const char *stops, const char *more)
{
    return edit(&rides_driver, textf("{%s%s}", stops, more));
}

#define PRICE ",'seat_price':KZT(500000)"

FIBER_TEST(stops_are_editable_until_first_ride)
{
    publish_trip(60, "");
    const char *first = textf("%s", last_trip);
    publish_trip(30, "");
    ck_refused(row("'stops':[]", PRICE), 422, "too_short");
    ck_refused(row(stops(33, "taldykorgan", 4), ""), 422, "one_of_two");
    ck_refused(row(stops(33, "astana", 4), PRICE), 422, "too_fast");
    struct answer busy = ask_patch(patch_trip, .caller = &rides_driver, .id = last_trip,
                                   .body = textf("{%s" PRICE "}", stops(57, "taldykorgan", 4)));
    ck_assert_int_eq(busy.status, 409);
    ck_text(busy.json, "trip_id", first);
    stand_sql("UPDATE trip SET confirmed_at = now(), delay_minutes = 30 WHERE id = '%s'",
              last_trip);
    ck_status(row(stops(33, "taldykorgan", 4), PRICE), 200);
    ck_assert_str_eq(leg_prices(), "500000");
    ck_assert_str_eq(trip_text("confirmed_at IS NULL, delay_minutes"), "t 0");
    ck_sql_text("1 {0} {0}",
                "SELECT concat_ws(' ', segments, seat_load, child_load)"
                " FROM trip_load WHERE trip_id = '%s'",
                last_trip);
    const struct answer made =
        ck_status(order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", ""), 201);
    ck_refused(row(stops(34, "taldykorgan", 4), PRICE), 409, "has_passengers");
    /* The cancelled ride still refers to these stops. */
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_refused(row(stops(34, "taldykorgan", 4), PRICE), 409, "has_passengers");
    struct api_caller live = rides_driver;
    live.test_key = false;
    publish_trip(90, "");
    ck_refused(edit(&live, textf("{%s" PRICE "}", stops(0.1, "taldykorgan", 4))), 422, "too_soon");
    stand_sql("UPDATE driver SET papers_until = now()::date + 1");
    ck_refused(row(stops(93, "taldykorgan", 4), PRICE), 403, "document_expired");
}
