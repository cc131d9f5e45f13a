// SPDX-License-Identifier: MIT
/* Offers on a real PostgreSQL: one offer wins the ride, and drivers get no overlapping trips. */
#include "handlers/ride_handlers.h"
#include "offers.h"

/* Checks for an audit row and an event for each version of each offer. */
static void ck_traces(void)
{
    ck_rows(0, "offer o WHERE version <> (SELECT count(*) FROM outbox WHERE resource_id = o.id)"
               " OR version <> (SELECT count(*) FROM audit WHERE resource_id = o.id)");
    ck_rows(0, "outbox WHERE data::text ~ '(Айгуль|Ерлан|[+]7701|AAA07)'");
    ck_ride_traces();
}

/* Checks the actor of the first step of the only trip. */
static void ck_creator(const struct api_caller *caller, const char *actor)
{
    struct answer steps =
        ask_get(get_trip_history, .caller = caller, .id = stand_text("SELECT id FROM trip"));

    ck_text(steps.json, "items.0.actor", actor);
}

TEST_CASE("rides_offer", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(accepted_offer_creates_trip_and_ends_other_offers)
{
    char ride[40], other[40];

    offer_add_drivers(3);
    offer_open_ride(ride, &rides_guest, 30, ",'seats':2");
    offer_open_ride(other, &rides_guest8, 30, "");
    const struct answer first = offer_with_car(&offer_drivers[0], ride, 9000, 31, "");
    const struct answer second = offer_with_car(&offer_drivers[1], ride, 8000, 31, "");
    const struct answer clash = offer_with_car(&offer_drivers[0], other, 5000, 33, "");
    const struct answer apart = offer_with_car(&offer_drivers[1], other, 5000, 33, "");
    ck_status(first, 201);
    ck_status(clash, 201);
    ck_refused(offer_action(accept_offer, &rides_guest8, ride, first.id), 404, "not_found");
    ck_refused(offer_action(accept_offer, &offer_drivers[0].caller, ride, first.id), 403,
               "forbidden");
    ck_refused(offer_action(accept_offer, &rides_guest, other, first.id), 404, "not_found");
    ck_status(offer_action(accept_offer, &rides_guest, ride, first.id), 200);
    ck_status(offer_action(accept_offer, &rides_guest, ride, first.id), 200); /* repeated */
    ck_refused(offer_action(accept_offer, NULL, ride, first.id), 409, "already_accepted");
    ck_creator(&offer_drivers[0].caller, "guest");
    ck_creator(NULL, "guest:7");
    ck_offer(&first, "accepted");
    ck_offer(&second, "lost");
    ck_offer(&clash, "withdrawn");
    ck_rows(0, "offer WHERE ride_id = '%s' AND changed_by IS NOT NULL", other);
    ck_refused(offer_action(withdraw_offer, &offer_drivers[0].caller, other, clash.id), 409,
               "already_withdrawn");
    ck_offer(&apart, "pending");
    ck_sql_text(other, "SELECT string_agg(resource_id::text, ' ') FROM outbox"
                       " WHERE type = 'ride.matched'"); /* a seat is left */
    struct answer seen = view_ride(&rides_guest, ride);
    ck_text(seen.json, "status", "confirmed");
    ck_number(seen.json, "total.amount", 900000);
    ck_text(seen.json, "driver.phone", "+77011000000");
    ck_text(seen.json, "car.plate", "100AAA07");
    ck_sql_text("3 [450000] {2}",
                "SELECT concat_ws(' ', t.seats, t.segment_prices::text, l.seat_load)"
                " FROM trip t JOIN trip_load l ON l.trip_id = t.id");
    ck_refused(offer_action(accept_offer, &rides_guest, ride, second.id), 409, "already_lost");
    ck_refused(offer_action(accept_offer, &rides_guest8, other, clash.id), 409,
               "already_withdrawn");
    ck_refused(offer_with_car(&offer_drivers[2], ride, 100, 31, ""), 409, "ride_taken");
    ck_refused(offer_with_car(&offer_drivers[0], other, 5000, 33, ""), 409, "driver_busy");
    ck_traces();
}

/* The tenant's route is slower and dearer than the built-in table. */
FIBER_TEST(trip_of_accepted_offer_follows_the_configured_route)
{
    char ride[40];

    offer_add_drivers(1);
    ck_status(ask_put(put_route, .id = "almaty", .second_id = "taldykorgan",
                      .body = "{'km':280,'minutes':600,'seat_price':{'typical':KZT(900000)},"
                              "'car_price':KZT(2400000)}"),
              200);
    offer_open_ride(ride, &rides_guest, 30, PARCEL);
    const struct answer made = offer_with_car(&offer_drivers[0], ride, 2000, 31, "");
    ck_status(offer_action(accept_offer, &rides_guest, ride, made.id), 200);
    ck_sql_text("10:00:00 [900000]", "SELECT concat_ws(' ', arrives_at - departs_at,"
                                     " segment_prices::text) FROM trip");
}

FIBER_TEST(offer_on_trip_takes_seats_and_prepayment)
{
    char ride[40];

    publish_trip(30, ",'prepayment_percent':20");
    const char *trip_id = textf(",'trip_id':'%s'", last_trip);
    offer_open_ride(ride, &rides_guest, 29, ",'seats':2");
    const struct answer made = ck_status(offer_post(&rides_driver, ride, 10001, trip_id), 201);
    const struct answer full = order_ride(&rides_guest8, 1, 2, "", ",'seats':3");
    ck_refused(offer_action(accept_offer, &rides_guest, ride, made.id), 409, "seats_taken");
    ck_offer(&made, "pending");
    ck_status(post_action(cancel_ride, &rides_guest8, full.id, NULL), 200);
    ck_status(offer_action(accept_offer, NULL, ride, made.id), 200);
    ck_sql_text("held 1000100 200100 0 2 t",
                "SELECT concat_ws(' ', status, total, deposit, from_stop, to_stop,"
                " expires_at = updated_at + interval '1 hour') FROM ride WHERE id = '%s'",
                ride);
    ck_assert_str_eq(trip_loads(), "{2,2}{0,0}{0,0}");
    ck_refused(post_action(confirm_ride, &rides_guest, ride, NULL), 409, "payment_due");
    ck_status(post_action(confirm_ride, &rides_driver, ride, NULL), 200);
    ck_traces();
}

FIBER_TEST(offers_end_in_the_expected_status)
{
    char ride[40];

    offer_add_drivers(3);
    offer_open_ride(ride, &rides_guest, 30, "");
    const struct answer first = offer_with_car(&offer_drivers[0], ride, 5000, 31, "");
    const struct answer next = offer_with_car(&offer_drivers[0], ride, 4500, 31, ",'minutes':60");
    ck_offer(&first, "superseded");
    ck_refused(offer_action(reject_offer, NULL, ride, next.id), 403, "forbidden");
    ck_refused(offer_action(withdraw_offer, &offer_drivers[1].caller, ride, next.id), 404,
               "not_found");
    ck_status(offer_action(reject_offer, &rides_guest, ride, next.id), 200);
    ck_status(offer_action(reject_offer, &rides_guest, ride, next.id), 200);
    ck_refused(offer_action(withdraw_offer, &offer_drivers[0].caller, ride, next.id), 409,
               "already_rejected");
    const struct answer taken = offer_with_car(&offer_drivers[1], ride, 4500, 31, "");
    ck_status(offer_action(withdraw_offer, &offer_drivers[1].caller, ride, taken.id), 200);
    ck_status(offer_action(withdraw_offer, &offer_drivers[1].caller, ride, taken.id), 200);
    ck_refused(offer_action(accept_offer, &rides_guest, ride, taken.id), 409, "already_withdrawn");
    const struct answer lost = offer_with_car(&offer_drivers[2], ride, 4500, 31, "");
    ck_traces();
    const struct answer late = offer_with_car(&offer_drivers[1], ride, 4500, 31, ",'minutes':5");
    stand_sql("UPDATE offer SET expires_at = now() WHERE id = '%s'", late.id);
    ck_refused(offer_action(accept_offer, &rides_guest, ride, late.id), 410, "offer_expired");
    struct answer list = ask_get(get_offers, .caller = &rides_guest, .id = ride);
    ck_count(list.json, "items", 5);
    ck_text(list.json, "items.0.status", "expired");
    ck_assert_ptr_null(value_at(list.json, "items.0.driver_id"));
    list = ask_get(get_offers, .caller = &offer_drivers[2].caller, .id = ride);
    ck_count(list.json, "items", 1);
    ck_refused(ask_get(get_offers, .caller = &rides_guest8, .id = ride), 404, "not_found");
    ck_status(post_action(cancel_ride, &rides_guest, ride, NULL), 200);
    ck_offer(&lost, "lost");
    ck_offer(&late, "expired");
}

FIBER_TEST(invalid_offer_or_acceptance_is_refused)
{
    char ride[40], trip_id[64];

    offer_add_drivers(2);
    offer_open_ride(ride, &rides_guest, 30, ",'seats':4");
    ck_refused(offer_post(&rides_guest, ride, 1, ",'depart_at':'2040-01-01T00:00:00Z'"), 422,
               "one_of_two");
    ck_refused(offer_with_car(&offer_drivers[0], ride, 1, 31, ",'offer_seconds':9"), 422,
               "unknown_field");
    const struct answer both =
        ck_refused(offer_with_car(&offer_drivers[0], ride, 1, 31, textf(",'trip_id':'%s'", ride)),
                   422, "invalid");
    ck_text(both.json, "errors.0.field", "car_id");
    ck_text(both.json, "errors.1.field", "trip_id");
    ck_refused(offer_with_car(&offer_drivers[0], ride, 1, 29, ""), 422, "outside_window");
    ck_refused(offer_with_car(&offer_drivers[0], ride, 1, 34.1, ""), 422, "outside_window");
    ck_refused(offer_with_car(&offer_drivers[0], ride, 1, 31, ""), 422, "too_many_seats");
    snprintf(trip_id, sizeof trip_id, ",'car_id':'%s'", offer_drivers[1].car);
    ck_refused(offer_post(&rides_driver, ride, 1, trip_id), 422, "required");
    publish_trip(31, "");
    snprintf(trip_id, sizeof trip_id, ",'trip_id':'%s'", last_trip);
    ck_refused(offer_post(&rides_guest, ride, 1, trip_id), 403, "forbidden");
    ck_refused(offer_post(&offer_drivers[0].caller, ride, 1, trip_id), 422, "unknown_trip");
    const struct answer held = order_ride(&rides_guest8, 0, 1, "", "");
    ck_refused(offer_post(&rides_driver, held.id, 1, trip_id), 404, "not_found");
    stand_sql("UPDATE driver SET status = 'suspended'");
    ck_refused(offer_post(&rides_driver, ride, 1, trip_id), 403, "driver_suspended");
    stand_sql("UPDATE driver SET status = 'active'");
    const struct answer made = ck_status(offer_post(&rides_driver, ride, 1, trip_id), 201);
    stand_sql("UPDATE trip SET status = 'cancelled'");
    ck_refused(offer_action(accept_offer, &rides_guest, ride, made.id), 409, "offer_not_valid");
    offer_open_ride(ride, &rides_guest, 30, "");
    const struct answer late = offer_with_car(&offer_drivers[0], ride, 1, 31, "");
    stand_sql("UPDATE car SET is_live = false");
    ck_refused(offer_action(accept_offer, &rides_guest, ride, late.id), 409, "offer_not_valid");
    ck_rows(1, "trip");
}

#define AUTO ",'auto_accept':true,'price':KZT(800000)"

FIBER_TEST(auto_accept_takes_the_first_fitting_offer)
{
    char ride[40];

    offer_add_drivers(3);
    offer_open_ride(ride, &rides_guest, 30, AUTO);
    const struct answer dear = offer_with_car(&offer_drivers[0], ride, 8001, 31, "");
    ck_offer(&dear, "pending");
    const struct answer winner =
        ck_status(offer_with_car(&offer_drivers[1], ride, 8000, 31, ",'sell_rest':false"), 201);
    ck_offer(&winner, "accepted");
    ck_refused(offer_action(accept_offer, &rides_guest, ride, winner.id), 409, "already_accepted");
    ck_offer(&dear, "lost");
    ck_refused(offer_with_car(&offer_drivers[2], ride, 100, 31, ""), 409, "ride_taken");
    ck_sql_text("confirmed 800000 1",
                "SELECT concat_ws(' ', r.status, r.total, t.seats) FROM ride r"
                " JOIN trip t ON t.id = r.trip_id");
    ck_traces();
}

static char wished[OFFER_DRIVERS][40], offered[OFFER_DRIVERS][40];
static int winner, lost;

static void count(const struct answer *answer, int status, const char *code)
{
    winner += answer->status == status;
    lost += answer->status == 409 && strcmp(answer->code, code) == 0;
}

static void many_one(void *data)
{
    const struct answer answer =
        offer_with_car(&offer_drivers[(intptr_t)data], wished[0], 7000, 31, "");

    count(&answer, 201, "ride_taken");
}

FIBER_TEST(concurrent_drivers_one_wins_the_ride)
{
    winner = lost = 0;
    offer_add_drivers(OFFER_DRIVERS);
    offer_open_ride(wished[0], &rides_guest, 30, AUTO);
    stand_race(OFFER_DRIVERS, many_one);
    ck_assert_int_eq(winner, 1);
    ck_assert_int_eq(lost, OFFER_DRIVERS - 1);
    ck_rows(1, "trip");
    ck_traces();
}

static void all_one(void *data)
{
    const intptr_t i = (intptr_t)data;
    const struct answer answer = offer_action(accept_offer, NULL, wished[i], offered[i]);

    count(&answer, 200, "already_withdrawn");
}

FIBER_TEST(concurrent_passengers_one_gets_the_driver)
{
    winner = lost = 0;
    offer_add_drivers(1);
    for (int i = 0; i < OFFER_DRIVERS; i++) {
        char text[PASSENGER_TEXT];
        const struct api_caller guest = new_passenger(100 + i, text);

        offer_open_ride(wished[i], &guest, 30, "");
        const struct answer made =
            ck_status(offer_with_car(&offer_drivers[0], wished[i], 7000, 31, ""), 201);
        snprintf(offered[i], sizeof offered[i], "%s", made.id);
    }
    stand_race(OFFER_DRIVERS, all_one);
    ck_assert_int_eq(winner, 1);
    ck_assert_int_eq(lost, OFFER_DRIVERS - 1);
    ck_rows(1, "trip");
    ck_traces();
}
