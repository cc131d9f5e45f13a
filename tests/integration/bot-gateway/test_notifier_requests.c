// SPDX-License-Identifier: MIT
/* Rides that look for a driver are offered to drivers, despite crashes of instances: with a limit,
 * and at night only the urgent ones. */
#include "ride_deals.h"

enum { DRIVER = RIDE_DEALS_DRIVER, OTHER = RIDE_DEALS_OTHER, FIRST = RIDE_DEALS_FIRST };

TEST_CASE("notices_requests", .setup = ride_deals_begin, .teardown = sends_finish,
          .timeout_s = 120);

/* Passengers order rides that look for a driver, and instances die. */
static void order_open(int count)
{
    for (int i = 0; i < count; i++) {
        ride_deals_make(-1, "open", textf("guest:%d", FIRST + ride_deals_count));
        stand_sleep(i % 7);
        deals_kill(ride_deals_copies[i % RIDE_DEALS_COPIES]);
        ride_deals_copies[i % RIDE_DEALS_COPIES] = deals_follow_by(ride_deals_ask);
    }
    ride_deals_wait();
}

FIBER_TEST(open_ride_is_offered_to_drivers_at_most_six_times_in_60_minutes)
{
    deals_now_us = deals_time("2027-03-04T05:10:00Z");
    deal_person(DRIVER, "ru");
    deal_person(FIRST, "ru"); /* who drives too, and is not offered the own ride */
    ride_deals_start();
    ride_deals_make(0, "open", "guest:100"); /* waits for a seat */
    order_open(5);
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину%%8%%000%%go.0.wish.%%go.0.wish_bid."), 5);
    deal_person(OTHER, "en");
    order_open(4);
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину"), 6);
    ck_assert_int_eq(count_messages(OTHER, "looking for a car"), 4);
    ck_rows(0, "sending WHERE expires_at > created_at + interval '31 minutes'");
    deals_now_us = deals_time("2027-03-04T06:00:00Z"); /* another hour of the clock */
    stand_sql("UPDATE sending SET created_at = now() - interval '59 minutes'");
    order_open(1);
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину"), 6);
    ck_assert_int_eq(count_messages(OTHER, "looking for a car"), 5);
    stand_sql("UPDATE sending SET created_at = created_at - interval '1 minute'");
    order_open(2);
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину"), 8);
    ck_assert_int_eq(count_messages(OTHER, "looking for a car"), 7);
    order_open(8);
    ck_assert_msg(count_messages(DRIVER, "ищет машину") == 12, "another six");
    ck_assert_int_eq(count_messages(DRIVER, "Айгуль"), 0);
    ck_rows(0, "(SELECT FROM sending GROUP BY chat_id, payload HAVING count(*) > 1) x");
}

static void note_match(int ride)
{
    ride_deals_note((struct ride_deals_event){"ride.matched", "ride", "open", "open",
                                              RIDE_DEALS_BY_DRIVER, ride, 1, 0});
    ride_deals_wait();
}

FIBER_TEST(passenger_learns_once_an_hour_that_a_trip_fits_the_request)
{
    deals_now_us = deals_time("2027-03-04T05:10:00Z");
    deal_person(DRIVER, "ru");
    deal_person(FIRST, "ru");
    ride_deals_start();
    order_open(1);
    ck_assert_int_eq(count_all_messages(), 1); /* the offer to the driver */
    note_match(0);
    ck_assert_int_eq(count_messages(FIRST, "вышла машина%%go.0.ride_again.%%go.0.ride."), 1);
    note_match(0);
    ck_assert_int_eq(count_all_messages(), 2);
    stand_sql("UPDATE sending SET created_at = now() - interval '1 hour'");
    note_match(0);
    ck_assert_int_eq(count_messages(FIRST, "вышла машина"), 2);
    ck_rows(0, "sending WHERE expires_at > created_at + interval '91 minutes'");
    ck_rows(0, "reminder");
}

FIBER_TEST(passenger_who_has_an_offer_or_a_seat_does_not_learn_of_a_trip_that_fits)
{
    deals_now_us = deals_time("2027-03-04T05:10:00Z");
    deal_person(FIRST, "ru");
    deal_person(FIRST + 1, "ru");
    ride_deals_start();
    order_open(2);
    ride_deals[0].has_offer = true;
    note_match(0);
    ride_deals[1].status = "confirmed";
    note_match(1);
    ck_assert_int_eq(count_messages(-1, "вышла машина"), 0);
}

/* A driver is offered in the morning what passengers have ordered at night, despite crashes. */
FIBER_TEST(open_ride_of_the_night_is_offered_in_the_morning)
{
    deals_now_us = deals_time("2027-03-04T18:00:00Z"); /* 23:00 in Almaty */
    deal_person(DRIVER, "ru");
    ride_deals_start();
    order_open(3);
    ck_assert_int_eq(count_all_messages(), 0);
    ck_rows(3, "reminder WHERE kind = 'offer' AND due_at = '2027-03-05T02:00:00Z'");
    ride_deals[1].version++; /* nothing that matters */
    ride_deals_note(
        (struct ride_deals_event){"ride.changed", "ride", "open", "open", "guest:101", 1, 2, 0});
    ride_deals_step(2, "cancelled", "guest:102");
    ride_deals_wait();
    ride_deals_move_to("2027-03-05T01:59:00Z");
    ck_assert_int_eq(count_all_messages(), 0);
    ride_deals_move_to("2027-03-05T02:00:00Z");
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину"), 2);
    ride_deals_move_to("2027-03-05T02:10:00Z");
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину"), 2);
    ck_rows(0, "sending WHERE expires_at > created_at + interval '31 minutes'");
}

FIBER_TEST(open_ride_of_the_night_that_leaves_soon_is_offered_at_once)
{
    deals_now_us = deals_time("2027-03-05T01:00:00Z");
    ride_deals_trip.delay = -390; /* 12:00 in Almaty */
    deal_person(DRIVER, "ru");
    ride_deals_start();
    order_open(1);
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину"), 1);
    ck_rows(0, "reminder");
}
