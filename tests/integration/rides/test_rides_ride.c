// SPDX-License-Identifier: MIT
/* Rides on a real PostgreSQL: ordered, confirmed, declined, cancelled; visibility; no oversold
 * segment. */
#include "handlers/ride_handlers.h"
#include "requests.h"

static struct answer preview(const struct api_caller *caller, const char *id)
{
    return ask_get(get_ride_cancel_preview, .caller = caller, .id = id);
}

TEST_CASE("rides_ride", .setup = rides_begin, .teardown = stand_end);

/* The example of the contract: 12,500 tenge, 20 % of it 2,500; of 2,501 paid, ten hours ahead 1,251
 * are kept. */
FIBER_TEST(ride_cost_and_refund_match_the_contract)
{
    publish_trip(10, ",'prepayment_percent':20");
    struct answer made = ck_status(
        order_ride(&rides_guest, 0, 2, "", ",'seats':2,'child_seats':1,'luggage':1"), 201);
    ck_number(made.json, "total.amount", 1250000);
    ck_number(made.json, "deposit.amount", 250000);
    ck_assert_str_eq(trip_loads(), "{2,2}{8,8}{1,1}");
    ck_refused(post_action(confirm_ride, &rides_guest, made.id, NULL), 409, "payment_due");
    ck_status(post_action(confirm_ride, &rides_driver, made.id, "{'paid':KZT(250100)}"), 200);
    /* Outside the grace period of half an hour. */
    stand_sql("UPDATE ride SET agreed_at = now() - interval '1 hour'");
    struct answer mine = ck_status(preview(&rides_guest, made.id), 200);
    ck_number(mine.json, "fee.amount", 125100);
    ck_number(mine.json, "refund.amount", 125000);
    ck_text(mine.json, "fault", "none");
    ck_text(mine.json, "cancellation.policy", "moderate");
    struct answer his = preview(&rides_driver, made.id);
    ck_number(his.json, "refund.amount", 250100);
    ck_text(his.json, "fault", "driver");
    ck_refused(post_action(cancel_ride, &rides_guest, made.id, "{'expected_refund':KZT(250100)}"),
               409, "refund_changed");
    ck_refused(post_action(cancel_ride, &rides_guest, made.id, "{'expected_fault':'passenger'}"),
               409, "fault_changed");
    ck_status(post_action(cancel_ride, &rides_guest, made.id,
                          "{'expected_refund':KZT(125000),'expected_fault':'none'}"),
              200);
    ck_refused(preview(&rides_guest, made.id), 409, "already_cancelled");
    struct answer read = view_ride(&rides_guest, made.id);
    ck_number(read.json, "fee.amount", 125100);
    ck_number(read.json, "refund.amount", 125000);
    ck_text(read.json, "fault", "none");
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
}

FIBER_TEST(staff_see_contacts_for_180_days)
{
    publish_trip(30, "");
    const struct answer made = order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", "");
    struct answer staff = view_ride(NULL, made.id);
    ck_text(staff.json, "passenger.phone", "+77017654321");
    ck_text(staff.json, "driver.phone", "+77010000001");
    ck_text(staff.json, "car.plate", "777ABC05");
    stand_sql("UPDATE ride SET status = 'completed', ended_at = now() - interval '181 days'");
    staff = view_ride(NULL, made.id);
    ck_assert_ptr_null(text_at(staff.json, "passenger.phone"));
    ck_text(staff.json, "passenger.name", "Айгуль");
    ck_assert_ptr_null(value_at(staff.json, "passenger.telegram_id"));
    ck_assert_ptr_null(text_at(staff.json, "driver.phone"));
    ck_assert_ptr_null(text_at(staff.json, "car.plate"));
}

FIBER_TEST(phones_and_plate_are_visible_while_agreed)
{
    publish_trip(30, "");
    struct answer made =
        ck_status(order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", ""), 201);
    ck_assert_ptr_null(text_at(made.json, "driver.phone"));
    ck_assert_ptr_null(text_at(made.json, "car.plate"));
    ck_text(made.json, "driver.name", "Асхат");
    ck_assert(answer_allows(&made, "confirm") && answer_allows(&made, "cancel"));
    struct answer driver = view_ride(&rides_driver, made.id);
    ck_assert_ptr_null(text_at(driver.json, "passenger.phone"));
    ck_text(driver.json, "passenger.name", "Айгуль");
    ck_text(driver.json, "driver.phone", "+77010000001"); /* own phone */
    ck_status(post_action(confirm_ride, &rides_guest, made.id, NULL), 200);
    ck_status(post_action(confirm_ride, &rides_guest, made.id, NULL), 200); /* repeated */
    driver = view_ride(&rides_driver, made.id);
    ck_text(driver.json, "passenger.phone", "+77017654321");
    ck_assert_ptr_null(value_at(driver.json, "passenger.telegram_id"));
    struct answer guest = view_ride(&rides_guest, made.id);
    ck_text(guest.json, "driver.phone", "+77010000001");
    ck_text(guest.json, "car.plate", "777ABC05");
    for (size_t i = 0; i < 2; i++) {
        ck_refused(view_ride(i == 0 ? &rides_guest8 : &stand_other, made.id), 404, "not_found");
        ck_refused(post_action(cancel_ride, i == 0 ? &rides_guest8 : &stand_other, made.id, NULL),
                   404, "not_found");
    }
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    guest = view_ride(&rides_guest, made.id);
    driver = view_ride(&rides_driver, made.id);
    ck_assert_ptr_null(text_at(guest.json, "driver.phone"));
    ck_assert_ptr_null(text_at(guest.json, "car.plate"));
    ck_assert_ptr_null(text_at(driver.json, "passenger.phone"));
    ck_rows(0, "outbox WHERE data::text ~ '(Айгуль|Асхат|[+]7701|777ABC05)'");
    ck_ride_traces();
}

FIBER_TEST(request_waits_for_the_driver)
{
    publish_trip(30, ",'instant_book':false");
    const struct answer first = order_ride(&rides_guest, 0, 2, "", "");
    const struct answer second = order_ride(&rides_guest8, 0, 2, "", "");
    ck_sql_text("requested", "SELECT status FROM ride WHERE id = '%s'", first.id);
    ck_refused(post_action(confirm_ride, &rides_guest, first.id, NULL), 409, "already_requested");
    ck_status(post_action(confirm_ride, &rides_driver, first.id, NULL), 200);
    ck_status(post_action(decline_ride, &rides_driver, second.id, "{'reason':'Багаж'}"), 200);
    ck_refused(post_action(cancel_ride, &rides_guest8, second.id, NULL), 409, "already_declined");
    ck_assert_str_eq(trip_loads(), "{1,1}{0,0}{0,0}");
    ck_ride_traces();
}

FIBER_TEST(invalid_ride_is_refused)
{
    publish_trip(30, "");
    ck_refused(order_ride(&rides_guest, 0, 3, "", ""), 422, "stops_order");
    ck_refused(order_ride(&rides_guest, 1, 1, "", ""), 422, "stops_order");
    struct answer refused =
        ck_refused(order_ride(&rides_guest, 0, 1, "", ",'kind':'car'"), 422, "not_offered");
    ck_text(refused.json, "errors.0.field", "kind");
    refused = ck_refused(order_ride(&rides_guest, 0, 1, "", PARCEL), 422, "not_offered");
    ck_text(refused.json, "errors.0.field", "parcel/size");
    ck_refused(order_ride(&rides_guest, 0, 1, "", ",'kind':'parcel'"), 422, "required");
    ck_refused(order_ride(&rides_guest, 0, 1, ",'telegram_id':8", ""), 403, "forbidden");
    ck_refused(order_ride(&rides_guest, 0, 1, "", ",'expected_total':KZT(100)"), 409,
               "total_changed");
    ck_refused(order_ride(&stand_other, 0, 1, "", ""), 422, "unknown_trip");
    const struct answer car = ck_status(order_ride(&rides_guest, 0, 2, "", ",'kind':'car'"), 201);
    ck_assert_str_eq(trip_loads(), "{4,4}{16,16}{0,0}");
    ck_refused(order_ride(&rides_guest8, 1, 2, "", ""), 409, "seats_taken");
    ck_status(post_action(cancel_ride, &rides_guest, car.id, NULL), 200);
    const struct answer one = ck_status(order_ride(&rides_guest, 0, 1, "", ",'seats':3"), 201);
    struct answer again = ck_refused(order_ride(&rides_guest, 0, 1, "", ""), 409, "duplicate_ride");
    ck_text(again.json, "ride_id", one.id);
    ck_refused(order_ride(&rides_guest8, 0, 2, "", ",'kind':'car'"), 409, "car_not_free");
    ck_refused(order_ride(&rides_guest8, 0, 2, "", ",'seats':2"), 409, "seats_taken");
    ck_status(order_ride(&rides_guest, 0, 1, "", ",'for_other':true"), 201);
    ck_refused(order_ride(&rides_guest8, 1, 2, "", ",'seats':3,'child_seats':3"), 409,
               "child_seats_taken");
    ck_status(order_ride(&rides_guest, 1, 2, "", ""), 201);
    ck_refused(order_ride(&rides_guest, 1, 2, "", ",'for_other':true"), 409, "too_many_rides");
    ck_ride_traces();
    stand_sql("UPDATE ride SET status = 'no_show', fault = 'passenger', ended_at = now()"
              " WHERE passenger_telegram_id = 7 AND status <> 'cancelled'");
    ck_refused(order_ride(&rides_guest, 0, 1, "", ""), 403, "restricted");
    ck_status(order_ride(NULL, 0, 1, ",'telegram_id':7", ""), 201);
}

/* After the hold has expired, a new order gets the seat and the ride reads as expired at once. */
FIBER_TEST(expired_hold_releases_seats)
{
    publish_trip(30, "");
    const struct answer held = ck_status(order_ride(&rides_guest, 0, 2, "", ",'seats':4"), 201);
    ck_refused(order_ride(&rides_guest8, 0, 1, "", ""), 409, "seats_taken");
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second'");
    struct answer read = view_ride(&rides_guest, held.id);
    ck_text(read.json, "status", "expired");
    ck_refused(post_action(confirm_ride, &rides_guest, held.id, NULL), 410, "hold_expired");
    ck_status(order_ride(&rides_guest8, 0, 1, "", ""), 201);
    ck_sql_text("expired", "SELECT status FROM ride WHERE id = '%s'", held.id);
    ck_assert_str_eq(trip_loads(), "{1,0}{0,0}{0,0}");
    ck_rows(1, "outbox WHERE type = 'ride.expired'");
}

static int winner, lost;

static void race_one(void *data)
{
    char text[PASSENGER_TEXT];
    const struct api_caller guest = new_passenger(100 + (intptr_t)data, text);

    const struct answer answer = order_ride(&guest, (int)((intptr_t)data % 2), 2, "", "");
    winner += answer.status == 201;
    lost += answer.status == 409 && strcmp(answer.code, "seats_taken") == 0;
}

FIBER_TEST(concurrent_orders_for_last_seat_one_succeeds)
{
    winner = lost = 0;
    publish_trip(30, "");
    ck_status(order_ride(&rides_guest, 0, 2, "", ",'seats':3"), 201);
    stand_race(20, race_one);
    ck_assert_int_eq(winner, 1);
    ck_assert_int_eq(lost, 19);
    ck_sql(4, "SELECT max(load) FROM trip_load, unnest(seat_load) load");
    ck_ride_traces();
}

FIBER_TEST(driver_adds_own_passenger)
{
    publish_trip(30, "");
    struct answer refused =
        order_ride(&rides_driver, 0, 2, ",'phone':'+77017654321','telegram_id':7", "");
    ck_text(ck_refused(refused, 422, "unknown_field").json, "errors.0.field",
            "passenger/telegram_id");
    refused = order_ride(&rides_driver, 0, 2, "", "");
    ck_text(ck_refused(refused, 422, "contact_missing").json, "errors.0.field", "passenger/phone");
    const struct answer found =
        ck_status(order_ride(&rides_driver, 0, 2, ",'phone':'+77017654321'", ""), 201);
    ck_sql_text("confirmed", "SELECT status FROM ride WHERE id = '%s'", found.id);
    ck_status(post_action(cancel_ride, &rides_driver, found.id, NULL), 200);
    ck_ride_traces();
}
