// SPDX-License-Identifier: MIT
/* Rides that look for a driver are offered to drivers, with a limit, despite crashes of instances.
 */
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
    stand_sql("UPDATE sending SET created_at = created_at - interval '59 minutes'");
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
