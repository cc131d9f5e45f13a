// SPDX-License-Identifier: MIT
/* Offers on a real PostgreSQL: changes after the offer, and other rides of the passenger. */
#include "handlers/ride_handlers.h"
#include "offers.h"

static void delay(int minutes)
{
    ck_status(post_action(delay_trip, &rides_driver, last_trip,
                          textf("{'minutes':%d,'reason':'Снег'}", minutes)),
              200);
}

/* The first action that the passenger may take on the newest offer. */
static void ck_first_action(const char *ride, const char *action)
{
    const struct answer offers = ask_get(get_offers, .caller = &rides_guest, .id = ride);

    ck_text(offers.json, "items.0.allowed_actions.0.action", action);
}

TEST_CASE("rides_offer_rules", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(offer_on_rescheduled_trip_is_not_valid)
{
    char ride[40];

    publish_trip(30, "");
    offer_open_ride(ride, &rides_guest, 29, "");
    const struct answer early = ck_status(offer_on_trip(ride, 5000), 201);
    ck_first_action(ride, "accept");
    delay(60);
    ck_first_action(ride, "reject");
    ck_refused(offer_action(accept_offer, &rides_guest, ride, early.id), 409, "offer_not_valid");
    const struct answer later = ck_status(offer_on_trip(ride, 5000), 201);
    ck_offer(&early, "superseded");
    delay(121); /* a minute after the window */
    ck_refused(offer_action(accept_offer, NULL, ride, later.id), 409, "offer_not_valid");
    ck_refused(offer_on_trip(ride, 5000), 422, "outside_window");
    ck_assert_str_eq(stored_status(ride), "open");
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
}

FIBER_TEST(offer_on_trip_with_another_arrival_or_car_is_not_valid)
{
    char ride[40];

    publish_trip(30, "");
    offer_open_ride(ride, &rides_guest, 29, "");
    const struct answer early = ck_status(offer_on_trip(ride, 5000), 201);
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':60,'from_stop':1}"),
              200);
    ck_refused(offer_action(accept_offer, &rides_guest, ride, early.id), 409, "offer_not_valid");
    const struct answer camry = ck_status(offer_on_trip(ride, 5000), 201);
    stand_sql("INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors,"
              " year) SELECT gen_random_uuid(), tenant_id, driver_id, 'Kia', 'Rio', 'red',"
              " '111KIA05', 4, 4, 2020 FROM car");
    const char *kia = stand_text("SELECT id FROM car WHERE make = 'Kia'");
    ck_status(ask_patch(patch_trip, .caller = &rides_driver, .id = last_trip,
                        .body = textf("{'car_id':'%s'}", kia)),
              200);
    ck_refused(offer_action(accept_offer, NULL, ride, camry.id), 409, "offer_not_valid");
    ck_assert_str_eq(stored_status(ride), "open");
    const struct answer valid = ck_status(offer_on_trip(ride, 5000), 201);
    ck_status(offer_action(accept_offer, &rides_guest, ride, valid.id), 200);
}

FIBER_TEST(driver_makes_no_offer_on_the_own_ride)
{
    char ride[40];

    publish_trip(30, "");
    offer_open_ride(ride, &rides_guest, 29, "");
    const struct answer made = ck_status(offer_on_trip(ride, 5000), 201);
    stand_sql("UPDATE driver SET telegram_id = 7 WHERE id = '%s'", rides_driver_id());
    ck_refused(offer_on_trip(ride, 5000), 409, "own_trip");
    ck_refused(offer_action(accept_offer, &rides_guest, ride, made.id), 409, "own_trip");
    ck_refused(offer_action(accept_offer, NULL, ride, made.id), 409, "own_trip");
    ck_assert_str_eq(stored_status(ride), "open");
    stand_sql("UPDATE driver SET telegram_id = 8 WHERE id = '%s'", rides_driver_id());
    ck_status(offer_action(accept_offer, &rides_guest, ride, made.id), 200);
}

FIBER_TEST(offer_is_not_valid_after_one_star_rating)
{
    char ride[40];

    publish_trip(30, "");
    offer_open_ride(ride, &rides_guest, 29, "");
    const struct answer made = ck_status(offer_on_trip(ride, 5000), 201);
    stand_sql("INSERT INTO rating (id, tenant_id, ride_id, driver_id, side, stars)"
              " SELECT gen_random_uuid(), tenant_id, id, '%s', 'driver', 1 FROM ride",
              rides_driver_id());
    ck_refused(offer_action(accept_offer, &rides_guest, ride, made.id), 409, "offer_not_valid");
    ck_refused(offer_action(accept_offer, NULL, ride, made.id), 409, "offer_not_valid");
    ck_assert_str_eq(stored_status(ride), "open");
}

FIBER_TEST(offer_is_accepted_within_the_limit_of_unpaid_rides)
{
    char ride[40];

    offer_open_ride(ride, &rides_guest, 29, "");
    for (int i = 0; i < RIDE_UNPAID_MAX; i++) {
        if (i % 4 == 0) /* a trip has four seats */
            publish_trip(50 + 6 * i, "");
        const struct answer made =
            ck_status(order_ride(&rides_guest, 0, 1, "", ",'for_other':true"), 201);
        ck_status(post_action(confirm_ride, &rides_guest, made.id, NULL), 200);
    }
    publish_trip(30, "");
    const struct answer made = ck_status(offer_on_trip(ride, 5000), 201);
    ck_refused(offer_action(accept_offer, &rides_guest, ride, made.id), 409, "too_many_unpaid");
    ck_offer(&made, "pending");
    ck_assert_str_eq(stored_status(ride), "open");
    ck_status(offer_action(accept_offer, NULL, ride, made.id), 200);
}

FIBER_TEST(whole_car_is_limited_to_trip_seats)
{
    char ride[40];

    publish_trip(30, "");
    offer_open_ride(ride, &rides_guest, 29, ",'kind':'car','seats':5");
    ck_refused(offer_on_trip(ride, 9000), 422, "too_many_seats");
    offer_open_ride(ride, &rides_guest, 29, ",'seats':5");
    ck_refused(offer_on_trip(ride, 9000), 422, "too_many_seats");
    offer_open_ride(ride, &rides_guest8, 29, ",'kind':'car','seats':4");
    const struct answer made = ck_status(offer_on_trip(ride, 9000), 201);
    stand_sql("UPDATE trip SET seats = 3");
    stand_sql("UPDATE trip_load SET seats = 3");
    ck_refused(offer_action(accept_offer, &rides_guest8, ride, made.id), 409, "offer_not_valid");
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
    stand_sql("UPDATE trip SET seats = 4");
    stand_sql("UPDATE trip_load SET seats = 4");
    ck_status(offer_action(accept_offer, &rides_guest8, ride, made.id), 200);
    ck_assert_str_eq(trip_loads(), "{4,4}{16,16}{0,0}");
    ck_ride_traces();
}

/* Checks the refusal and the conflicting ride that it names. */
static void ck_overlaps(http_handler *verb, const char *ride, const char *offer, const char *other)
{
    struct answer refused =
        ask_action(verb, .caller = &rides_guest, .id = ride, .second_id = offer);

    ck_refused(refused, 409, "overlapping_ride");
    ck_text(refused.json, "ride_id", other);
}

FIBER_TEST(overlapping_ride_refuses_offer_acceptance)
{
    char ride[40], other[40], parcel[40];

    offer_add_drivers(4);
    order_new_ride(30);
    confirm_last_ride(); /* from 31 to 34 hours */
    offer_open_ride(ride, &rides_guest, 29, "");
    const struct answer at_once = offer_with_car(&offer_drivers[0], ride, 5000, 31, "");
    const struct answer ahead = offer_with_car(&offer_drivers[1], ride, 5000, 29.1, "");
    offer_open_ride(other, &rides_guest, 29, ",'for_other':true");
    const struct answer of_other = offer_with_car(&offer_drivers[2], other, 5000, 31, "");
    offer_open_ride(parcel, &rides_guest, 29, PARCEL);
    const struct answer of_parcel = offer_with_car(&offer_drivers[3], parcel, 5000, 31, "");
    ck_status(ahead, 201);
    ck_overlaps(accept_offer, ride, at_once.id, last_ride);
    ck_offer(&at_once, "pending");
    ck_overlaps(accept_offer, ride, ahead.id, last_ride); /* arrives at 33 */
    ck_status(offer_action(accept_offer, &rides_guest, other, of_other.id), 200);
    ck_status(offer_action(accept_offer, &rides_guest, parcel, of_parcel.id), 200);
    ck_status(post_action(cancel_ride, &rides_guest, last_ride, NULL), 200);
    ck_status(post_action(cancel_ride, &rides_guest, other, NULL), 200);
    ck_status(offer_action(accept_offer, &rides_guest, ride, at_once.id), 200);
    ck_ride_traces();
}

/* The driver does not learn of the other ride; the passenger decides. */
FIBER_TEST(auto_accept_skips_overlapping_ride)
{
    char ride[40];

    offer_add_drivers(1);
    order_new_ride(30);
    offer_open_ride(ride, &rides_guest, 30, ",'auto_accept':true,'price':KZT(800000)");
    const struct answer made =
        ck_status(offer_with_car(&offer_drivers[0], ride, 5000, 31, ""), 201);
    ck_offer(&made, "pending");
    ck_status(post_action(cancel_ride, &rides_guest, last_ride, NULL), 200);
    const struct answer winner = offer_with_car(&offer_drivers[0], ride, 5000, 31, "");
    ck_offer(&winner, "accepted");
    ck_ride_traces();
}

enum { RIDES = 3 };
static char wished[RIDES][40], offered[RIDES][40];
static int winner, refused;

static void accept_one(void *data)
{
    const intptr_t i = (intptr_t)data;
    const struct answer answer = offer_action(accept_offer, NULL, wished[i], offered[i]);

    winner += answer.status == 200;
    refused += answer.status == 409 && strcmp(answer.code, "overlapping_ride") == 0;
}

FIBER_TEST(concurrent_acceptances_one_succeeds)
{
    winner = refused = 0;
    offer_add_drivers(RIDES);
    for (int i = 0; i < RIDES; i++) {
        offer_open_ride(wished[i], &rides_guest, 30, "");
        const struct answer made =
            ck_status(offer_with_car(&offer_drivers[i], wished[i], 5000, 31, ""), 201);
        snprintf(offered[i], sizeof offered[i], "%s", made.id);
    }
    stand_race(RIDES, accept_one);
    ck_assert_int_eq(winner, 1);
    ck_assert_int_eq(refused, RIDES - 1);
    ck_rows(1, "trip");
}
