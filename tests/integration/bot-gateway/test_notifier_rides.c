// SPDX-License-Identifier: MIT
/* Notifications about rides: each step once, despite crashes of instances. */

#include "ride_deals.h"

enum { DRIVER = RIDE_DEALS_DRIVER, FIRST = RIDE_DEALS_FIRST, STEPS = 60 };

TEST_CASE("notices_rides", .setup = ride_deals_begin, .teardown = sends_finish, .timeout_s = 120);

static void follow(void)
{
    deal_person(DRIVER, "ru");
    deals_follow_by(ride_deals_ask);
    ride_deals_wait();
}

/* --- recipients and texts --- */

static void notify_each_other(void)
{
    deal_person(FIRST, "ru");
    follow();
    const int ride = ride_deals_make(0, "requested", textf("guest:%d", FIRST));
    ride_deals_wait();
    ck_assert_int_eq(count_all_messages(), 1);
    ck_assert_int_eq(count_messages(DRIVER, "Заявка на ваш рейс"), 1);
    ck_assert_int_eq(count_messages(DRIVER, "go.0.rider_ok."), 1);
    ck_assert_int_eq(count_messages(DRIVER, "Айгуль"), 0);
    ride_deals_step(ride, "confirmed", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_int_eq(count_all_messages(), 2);
    ck_assert_int_eq(count_messages(FIRST, "Водитель подтвердил"), 1);
    ck_rows(1, "sending WHERE confided AND payload::text LIKE '%%+77017778899%%'");
    ride_deals_step(ride, "cancelled", textf("guest:%d", FIRST));
    ride_deals_wait();
    ck_assert_int_eq(count_all_messages(), 3);
    ck_assert_int_eq(count_messages(DRIVER, "Поездка пассажира Айгуль отменена"), 1);
    ride_deals_step(ride_deals_make(0, "requested", textf("guest:%d", FIRST + 1)), "declined",
                    RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_msg(count_all_messages() == 3,
                  "declined at once by a driver, a passenger unknown here");
}

FIBER_TEST(passenger_and_driver_are_notified_of_steps_of_the_other_one)
{
    notify_each_other();
}

FIBER_TEST(events_of_an_earlier_version_are_understood_by_the_history)
{
    deals_without_steps = true;
    notify_each_other();
}

FIBER_TEST(passenger_learns_of_an_offer_while_the_ride_is_open)
{
    deal_person(FIRST, "ru");
    follow();
    const int ride = ride_deals_make(-1, "open", "guest:100");
    ride_deals_note((struct ride_deals_event){"offer.pending", "offer", NULL, "pending",
                                              RIDE_DEALS_BY_DRIVER, ride, 1, 0});
    ride_deals_wait();
    ck_assert_int_eq(count_messages(FIRST, "ответил водитель"), 1);
    ride_deals_step(ride, "cancelled", "guest:100");
    ride_deals_note((struct ride_deals_event){"offer.pending", "offer", NULL, "pending",
                                              RIDE_DEALS_BY_DRIVER, ride, 2, 0});
    ride_deals_wait();
    ck_assert_int_eq(count_messages(FIRST, ""), 1);
}

FIBER_TEST(driver_learns_that_an_offer_was_lost)
{
    follow();
    const int ride = ride_deals_make(-1, "open", "guest:100");
    ride_deals_step(ride, "cancelled", "guest:100");
    ride_deals_note(
        (struct ride_deals_event){"offer.lost", "offer", NULL, "lost", "guest:100", ride, 2, 0});
    ride_deals_wait();
    ck_assert_int_eq(count_messages(DRIVER, "заявку взял другой водитель%%go.0.drive."), 1);
    ck_assert_int_eq(count_messages(DRIVER, "заявку взял другой водитель%%₸"), 0);
}

FIBER_TEST(both_learn_that_a_payment_was_not_confirmed)
{
    deal_person(FIRST, "ru");
    follow();
    const int claimed = ride_deals_make(0, "payment_claimed", textf("guest:%d", FIRST));
    ride_deals_wait();
    ride_deals_step(claimed, "expired", "system");
    ride_deals_step(ride_deals_make(0, "held", textf("guest:%d", FIRST + 1)), "expired", "system");
    ride_deals_wait();
    ck_assert_int_eq(count_messages(DRIVER, "не подтверждена в срок%%go.0.person."), 1);
    ck_assert_int_eq(count_messages(FIRST, "Если вы перевели деньги%%go.0.person."), 1);
    ck_assert_msg(count_all_messages() == 3, "the claim, and one message each");
    deal_person(FIRST + 2, "ru");
    ride_deals_step(ride_deals_make(0, "payment_claimed", textf("guest:%d", FIRST + 2)),
                    "cancelled", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_int_eq(count_messages(FIRST + 2, "Если вы перевели деньги%%go.0.person."), 1);
}

FIBER_TEST(passenger_learns_that_no_seat_became_free)
{
    deal_person(FIRST, "ru");
    follow();
    const int ride = ride_deals_make(0, "open", textf("guest:%d", FIRST));
    ride_deals_wait();
    ck_assert_int_eq(count_all_messages(), 0);
    ride_deals_step(ride, "expired", "system");
    ride_deals_wait();
    ck_assert_int_eq(count_messages(FIRST, "Место так и не освободилось%%go.0.ride_again."), 1);
    ck_assert_int_eq(count_all_messages(), 1);
}

/* Also after the end of the trip, and after a cancel of the driver's own. */
FIBER_TEST(driver_reads_what_to_return_to_each_passenger)
{
    static const struct {
        const char *from, *to, *actor, *text;
        int refund;
    } ends[] = {
        {"confirmed",       "cancelled", "staff:aigul",        "Верните пассажиру 2%%500",              250000},
        {"confirmed",       "cancelled", RIDE_DEALS_BY_DRIVER, "Верните пассажиру 2%%600",              260000},
        {"held",            "expired",   "system",             "Верните пассажиру Айгуль 2%%700", 270000},
        {"payment_claimed", "cancelled", "staff:aigul",        "Если деньги пришли",                    0     },
        {"confirmed",       "cancelled", "staff:aigul",        NULL,                                                    0     },
    };

    follow();
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        ride_deals_make(0, ends[i].from, RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_int_eq(count_messages(DRIVER, ""), 0);
    ride_deals_trip.status = "cancelled";
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        ride_deals[i].refund = ends[i].refund;
        ride_deals_step((int)i, ends[i].to, ends[i].actor);
    }
    ride_deals_wait();
    ck_assert_int_eq(count_messages(DRIVER, ""), 4);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        ck_assert(ends[i].text == NULL || count_messages(DRIVER, ends[i].text) == 1);
    ck_rows(4, "sending WHERE confided");
}

FIBER_TEST(sender_learns_whether_a_parcel_was_delivered)
{
    deal_person(FIRST, "ru");
    deal_person(FIRST + 1, "ru");
    follow();
    for (int i = 0; i < 2; i++) {
        const int ride = ride_deals_make(0, "boarded", RIDE_DEALS_BY_DRIVER);
        ride_deals[ride].is_parcel = true;
        ride_deals[ride].is_delivered = i > 0;
        ride_deals_step(ride, "completed", RIDE_DEALS_BY_DRIVER);
    }
    ride_deals_wait();
    ck_assert_int_eq(count_messages(FIRST, "позовите человека%%go.0.person."), 1);
    ck_assert_int_eq(count_messages(FIRST + 1, "Посылка вручена.%%go.0.ride."), 1);
    ck_assert_int_eq(count_all_messages(), 2);
}

FIBER_TEST(delay_closed_road_and_start_reach_everyone_who_has_a_seat)
{
    static const char *const statuses[] = {"held", "requested", "payment_claimed", "confirmed",
                                           "open", "boarded",   "cancelled",       "expired"};

    follow();
    for (int i = 0; i < 32; i++) {
        deal_person(FIRST + i, "ru");
        ride_deals_make(i < 24 ? 0 : -1, i < 16 ? "confirmed" : statuses[i % 8],
                        textf("guest:%d", FIRST + i));
    }
    ride_deals_wait();
    const long long before = count_all_messages();
    ride_deals_trip.delay = 90;
    ride_deals_step_trip("trip.delayed", "scheduled", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_int_eq(count_all_messages() - before, 20);
    ck_assert_int_eq(count_messages(-1, "90 мин</b>%%Отмена бесплатна"), 20);
    ck_assert_int_eq(count_messages(FIRST, "go.0.ride_cancel."), 1);
    ride_deals_trip.is_closed = true;
    ride_deals_note((struct ride_deals_event){"trip.road_closed", "trip", NULL, "scheduled",
                                              RIDE_DEALS_BY_DRIVER, 0, ride_deals_trip.version, 0});
    ride_deals_wait();
    ck_assert_int_eq(count_messages(-1, "Дорога закрыта до"), 20);
    ck_assert_int_eq(count_messages(DRIVER, "Дорога закрыта</b>"), 1);
    ride_deals_step_trip("trip.started", "started", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_msg(count_messages(-1, "Водитель выехал") == 17, "those who have confirmed");
}

FIBER_TEST(other_car_reaches_everyone_who_has_a_seat)
{
    follow();
    for (int i = 0; i < 3; i++) {
        deal_person(FIRST + i, "ru");
        ride_deals_make(0, i < 2 ? "confirmed" : "boarded", textf("guest:%d", FIRST + i));
    }
    ride_deals_wait();
    ride_deals_step_trip("trip.changed", "scheduled", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_int_eq(count_messages(-1, "Машина поменялась"), 0);
    ride_deals_step_trip("trip.car_changed", "scheduled", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_int_eq(count_messages(-1, "Машина поменялась</b>%%go.0.ride_cancel."), 2);
}

FIBER_TEST(delay_is_not_announced_before_the_first_delayed_stop)
{
    follow();
    for (int i = 0; i < 2; i++) {
        deal_person(FIRST + i, "ru");
        ride_deals[ride_deals_make(0, "confirmed", textf("guest:%d", FIRST + i))].from_stop = i;
    }
    ride_deals_wait();
    ride_deals_trip.delay = 30;
    ride_deals_trip.delayed_from = 1;
    ride_deals_step_trip("trip.delayed", "scheduled", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_int_eq(count_messages(FIRST, "Водитель задержится"), 0);
    ck_assert_int_eq(count_messages(FIRST + 1, "Водитель задержится"), 1);
}

/* The passenger may have booked after the first 70 minutes. */
FIBER_TEST(passenger_reads_only_the_new_part_of_a_delay)
{
    deal_person(FIRST, "ru");
    follow();
    ride_deals_make(0, "confirmed", textf("guest:%d", FIRST));
    ride_deals_wait();
    ride_deals_trip.delay = 90;
    ride_deals_trip.delayed_by = 20;
    ride_deals_step_trip("trip.delayed", "scheduled", "staff:aigul");
    ride_deals_wait();
    ck_assert_int_eq(count_messages(FIRST, "позже на <b>20 мин</b>%%20:00"), 1);
    ck_assert_int_eq(count_messages(DRIVER, "перенесён</b> на 20 мин"), 1);
}

FIBER_TEST(cancelled_trip_notifies_the_driver_once)
{
    follow();
    for (int i = 0; i < 3; i++) {
        deal_person(FIRST + i, "ru");
        ride_deals_make(0, "confirmed", RIDE_DEALS_BY_DRIVER);
    }
    ride_deals_wait();
    const long long before = count_all_messages();
    for (int i = 0; i < 3; i++)
        ride_deals_step(i, "cancelled", "staff:aigul");
    ride_deals_step_trip("trip.cancelled", "cancelled", "staff:aigul");
    ride_deals_wait();
    ck_assert_int_eq(count_messages(DRIVER, "Ваш рейс отменён"), 1);
    ck_assert_int_eq(count_messages(-1, "Поездка отменена"), 3);
    ck_assert_int_eq(count_all_messages() - before, 4);
}

FIBER_TEST(bot_for_apartments_ignores_rides)
{
    stand_sql("UPDATE bot SET bot_type = 'apartments'");
    stand_look();
    deal_person(FIRST, "ru");
    follow();
    ride_deals_step(ride_deals_make(0, "requested", "guest:100"), "declined", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ck_assert_int_eq(count_all_messages(), 0);
}

/* --- reminders --- */

static void begin_trip(void)
{
    deals_now_us = deals_time("2027-03-04T00:00:00Z");
    deal_person(DRIVER, "ru");
    deal_person(FIRST, "ru");
    ride_deals_start();
    ride_deals_step_trip("trip.scheduled", "scheduled", RIDE_DEALS_BY_DRIVER);
    ride_deals_make(0, "confirmed", "guest:100");
    ride_deals_wait();
    ck_rows(2, "reminder");
}

FIBER_TEST(reminders_of_a_departure_come_once_and_follow_a_delay)
{
    begin_trip();
    ride_deals_move_to("2027-03-05T07:29:00Z");
    ck_assert_int_eq(count_messages(DRIVER, "Едете?"), 0);
    ride_deals_move_to("2027-03-05T07:30:00Z");
    ck_assert_int_eq(count_messages(DRIVER, "Едете?%%go.0.run_ok.%%go.0.run_late."), 1);
    ride_deals_trip.delay = 60;
    ride_deals_step_trip("trip.delayed", "scheduled", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    /* The trip departs in seven hours. */
    ck_rows(1, "sending WHERE payload::text LIKE '%%Водитель задержится%%'"
               " AND expires_at - created_at BETWEEN interval '7 hours' AND interval '8 hours'");
    ride_deals_move_to("2027-03-05T08:30:00Z");
    ck_assert_int_eq(count_messages(DRIVER, "Едете?"), 2);
    ride_deals_trip.is_confirmed = true;
    ride_deals_step_trip("trip.confirmed", "scheduled", RIDE_DEALS_BY_DRIVER);
    ride_deals_wait();
    ride_deals_move_to("2027-03-05T11:29:00Z");
    ck_assert_int_eq(count_messages(FIRST, "Скоро поездка"), 0);
    ride_deals_move_to("2027-03-05T11:30:00Z");
    ck_assert_int_eq(count_messages(FIRST, "Скоро поездка%%+77017778899"), 1);
    ride_deals_move_to("2027-03-05T14:00:00Z");
    ck_rows(3, "sending WHERE dedupe_key LIKE 'remind:%%'");
}

FIBER_TEST(reminder_of_a_confirmed_trip_or_a_cancelled_ride_is_not_sent)
{
    begin_trip();
    ride_deals_trip.is_confirmed = true;
    ride_deals[0].status = "cancelled";
    ride_deals_move_to("2027-03-05T10:30:00Z");
    ck_rows(2, "reminder WHERE done_at IS NOT NULL");
    ck_rows(0, "sending WHERE dedupe_key LIKE 'remind:%%'");
}

/* --- exactly once --- */

/* Every step notifies the passenger or the driver, and every tenth one both passengers of a delay;
 * instances die both while they call and while they store. */
FIBER_TEST(each_step_of_rides_is_notified_once_despite_crashes)
{
    int delays = 0;

    deal_person(DRIVER, "ru");
    ride_deals_start();
    for (int i = 0; i < STEPS; i++) {
        deal_person(FIRST + ride_deals_count, "ru");
        ride_deals_step(
            ride_deals_make(0, "requested", textf("guest:%d", FIRST + ride_deals_count)),
            "declined", RIDE_DEALS_BY_DRIVER);
        if (i % 10 == 0) {
            ride_deals_wait();
            ride_deals_trip.delay += 70;
            delays++;
            ride_deals[0].status = ride_deals[1].status = "confirmed";
            ride_deals_step_trip("trip.delayed", "scheduled", RIDE_DEALS_BY_DRIVER);
            ride_deals_wait();
            ride_deals[0].status = ride_deals[1].status = "declined";
        }
        stand_sleep(i % 7);
        if (i % 3 > 0)
            continue;
        deals_kill(ride_deals_copies[i / 3 % RIDE_DEALS_COPIES]);
        ride_deals_copies[i / 3 % RIDE_DEALS_COPIES] = deals_follow_by(ride_deals_ask);
    }
    ride_deals_wait();
    ck_assert_int_eq(count_messages(-1, "не смог взять заявку"), STEPS);
    ck_assert_int_eq(count_messages(-1, "Водитель задержится"),
                     2 * delays - 1); /* first: one ride */
    ck_rows(0, "(SELECT FROM sending GROUP BY chat_id, payload HAVING count(*) > 1) x");
}
