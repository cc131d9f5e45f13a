// SPDX-License-Identifier: MIT
/* Offers on a real PostgreSQL: what has changed since they were made, and what their passenger has
 * besides. */
#include "handlers/ride_handlers.h"
#include "offers.h"

static void begin(void)
{
    stand_begin("test_rides_offer_rules");
}

static void delay(int minutes)
{
    char body[80];

    snprintf(body, sizeof body, "{\"minutes\":%d,\"reason\":\"Снег\"}", minutes);
    ck_status(stand_act(delay_trip, &stand_driver, stand_trip, body), 200);
}

static void delayed_body(void *data)
{
    char ride[40];

    (void)data;
    stand_publish(30, "");
    offer_wish(ride, &stand_guest, 29, "");
    const struct answer early = offer_on_trip(ride, 5000);
    ck_status(early, 201);
    delay(60);
    ck_refused(offer_do(accept_offer, &stand_guest, ride, early.id), 409, "offer_not_valid");
    const struct answer later = offer_on_trip(ride, 5000);
    ck_status(later, 201);
    ck_offer(&early, "superseded");
    delay(121); /* a minute behind the window */
    ck_refused(offer_do(accept_offer, NULL, ride, later.id), 409, "offer_not_valid");
    ck_refused(offer_on_trip(ride, 5000), 422, "outside_window");
    ck_assert_str_eq(stand_ride_status(ride), "open");
    ck_assert_str_eq(stand_loads(), "{0,0}{0,0}{0,0}");
}

START_TEST(an_offer_on_a_trip_that_leaves_at_another_time_now_is_not_valid)
{
    stand_run(delayed_body, NULL);
}
END_TEST

static void crowd_body(void *data)
{
    char ride[40];

    (void)data;
    stand_publish(30, "");
    offer_wish(ride, &stand_guest, 29, ",\"kind\":\"car\",\"seats\":5");
    ck_refused(offer_on_trip(ride, 9000), 422, "too_many_seats");
    offer_wish(ride, &stand_guest, 29, ",\"seats\":5");
    ck_refused(offer_on_trip(ride, 9000), 422, "too_many_seats");
    offer_wish(ride, &stand_guest8, 29, ",\"kind\":\"car\",\"seats\":4");
    const struct answer made = offer_on_trip(ride, 9000);
    ck_status(made, 201);
    stand_sql("UPDATE trip SET seats = 3");
    stand_sql("UPDATE trip_load SET seats = 3");
    ck_refused(offer_do(accept_offer, &stand_guest8, ride, made.id), 409, "offer_not_valid");
    ck_assert_str_eq(stand_loads(), "{0,0}{0,0}{0,0}");
    stand_sql("UPDATE trip SET seats = 4");
    stand_sql("UPDATE trip_load SET seats = 4");
    ck_status(offer_do(accept_offer, &stand_guest8, ride, made.id), 200);
    ck_assert_str_eq(stand_loads(), "{4,4}{16,16}{0,0}");
    stand_traces();
}

START_TEST(a_whole_car_holds_no_more_people_than_the_trip_seats)
{
    stand_run(crowd_body, NULL);
}
END_TEST

/* Of a refusal: the ride that the passenger has at that time. */
static void ck_overlaps(http_handler *verb, const char *ride, const char *offer, const char *other)
{
    struct answer refused = stand_ask(&(struct ask){.handler = verb,
                                                    .caller = &stand_guest,
                                                    .method = HTTP_POST,
                                                    .id = ride,
                                                    .second_id = offer,
                                                    .action = true});

    ck_refused(refused, 409, "overlapping_ride");
    ck_assert_str_eq(json_string_value(json_object_get(refused.json, "ride_id")), other);
    answer_drop(&refused);
}

#define PARCEL                                                                                     \
    ",\"kind\":\"parcel\",\"parcel\":{\"size\":\"small\",\"recipient\":{\"name\":\"Ерлан\","  \
    "\"phone\":\"+77017654329\"}}"

static void overlap_body(void *data)
{
    char ride[40], other[40], parcel[40];

    (void)data;
    offer_hire(4);
    stand_ride_take(30);
    stand_ride_confirm(); /* from 31 to 34 hours */
    offer_wish(ride, &stand_guest, 29, "");
    const struct answer at_once = offer_with_car(&offer_drivers[0], ride, 5000, 31, "");
    const struct answer ahead = offer_with_car(&offer_drivers[1], ride, 5000, 29.1, "");
    offer_wish(other, &stand_guest, 29, ",\"for_other\":true");
    const struct answer of_other = offer_with_car(&offer_drivers[2], other, 5000, 31, "");
    offer_wish(parcel, &stand_guest, 29, PARCEL);
    const struct answer of_parcel = offer_with_car(&offer_drivers[3], parcel, 5000, 31, "");
    ck_status(ahead, 201);
    ck_overlaps(accept_offer, ride, at_once.id, stand_ride);
    ck_offer(&at_once, "pending");
    ck_overlaps(accept_offer, ride, ahead.id, stand_ride); /* arrives at 33 */
    ck_status(offer_do(accept_offer, &stand_guest, other, of_other.id), 200);
    ck_status(offer_do(accept_offer, &stand_guest, parcel, of_parcel.id), 200);
    ck_status(stand_act(cancel_ride, &stand_guest, stand_ride, NULL), 200);
    ck_status(stand_act(cancel_ride, &stand_guest, other, NULL), 200);
    ck_status(offer_do(accept_offer, &stand_guest, ride, at_once.id), 200);
    stand_traces();
}

START_TEST(nobody_is_in_two_cars_at_once_by_an_offer)
{
    stand_run(overlap_body, NULL);
}
END_TEST

/* The driver of the offer is told nothing of the other ride; the passenger decides. */
static void auto_body(void *data)
{
    char ride[40];

    (void)data;
    offer_hire(1);
    stand_ride_take(30);
    offer_wish(ride, &stand_guest, 30,
               ",\"auto_accept\":true,\"price\":{\"amount\":800000,\"currency\":\"KZT\"}");
    const struct answer made = offer_with_car(&offer_drivers[0], ride, 5000, 31, "");
    ck_status(made, 201);
    ck_offer(&made, "pending");
    ck_status(stand_act(cancel_ride, &stand_guest, stand_ride, NULL), 200);
    const struct answer won = offer_with_car(&offer_drivers[0], ride, 5000, 31, "");
    ck_offer(&won, "accepted");
    stand_traces();
}

START_TEST(an_offer_wins_at_once_only_where_its_passenger_has_no_other_ride_then)
{
    stand_run(auto_body, NULL);
}
END_TEST

enum { RIDES = 3 };
static char wished[RIDES][40], offered[RIDES][40];
static int won, refused;

static void accept_one(void *data)
{
    const intptr_t i = (intptr_t)data;
    const struct answer answer = offer_do(accept_offer, NULL, wished[i], offered[i]);

    won += answer.status == 200;
    refused += answer.status == 409 && strcmp(answer.code, "overlapping_ride") == 0;
}

static void race_body(void *data)
{
    (void)data;
    offer_hire(RIDES);
    for (int i = 0; i < RIDES; i++) {
        offer_wish(wished[i], &stand_guest, 30, "");
        const struct answer made = offer_with_car(&offer_drivers[i], wished[i], 5000, 31, "");
        ck_status(made, 201);
        snprintf(offered[i], sizeof offered[i], "%s", made.id);
    }
    for (intptr_t i = 0; i < RIDES; i++)
        stand_go(accept_one, (void *)i);
}

START_TEST(of_three_offers_that_are_accepted_at_once_one_is_the_passengers)
{
    won = refused = 0;
    stand_run(race_body, NULL);
    ck_assert_int_eq(won, 1);
    ck_assert_int_eq(refused, RIDES - 1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM trip"), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rides_offer_rules");
    TCase *tests = tcase_create("rules");
    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_add_test(tests, an_offer_on_a_trip_that_leaves_at_another_time_now_is_not_valid);
    tcase_add_test(tests, a_whole_car_holds_no_more_people_than_the_trip_seats);
    tcase_add_test(tests, nobody_is_in_two_cars_at_once_by_an_offer);
    tcase_add_test(tests, an_offer_wins_at_once_only_where_its_passenger_has_no_other_ride_then);
    tcase_add_test(tests, of_three_offers_that_are_accepted_at_once_one_is_the_passengers);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
