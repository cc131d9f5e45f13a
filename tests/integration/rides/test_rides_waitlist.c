// SPDX-License-Identifier: MIT
/* Waiting lists on a real PostgreSQL: freed seats go, in the same transaction, to the oldest ride
 * that fits. */
#include "handlers/ride_handlers.h"
#include "requests.h"
#include "rides/ride.h"

static struct answer take(int64_t telegram_id, int from, int to, const char *more)
{
    char text[PASSENGER_TEXT];
    const struct api_caller guest = new_passenger(telegram_id, text);

    return order_ride(&guest, from, to, "", more);
}

static void ck_ride(const char *id, const char *status)
{
    ck_assert_str_eq(stored_status(id), status);
}

TEST_CASE("rides_waitlist", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(cancelled_seats_are_held_for_oldest_fitting_ride)
{
    publish_trip(30, "");
    const struct answer all = take(10, 0, 2, ",'seats':4");
    const struct answer group = take(11, 0, 2, ",'seats':4,'wait':true");
    const struct answer first = take(12, 0, 1, ",'seats':2,'wait':true");
    const struct answer second = take(13, 1, 2, ",'seats':3,'wait':true");
    const struct answer third = ck_status(take(14, 0, 2, ",'wait':true"), 201);
    ck_ride(group.id, "open");
    ck_assert_str_eq(trip_loads(), "{4,4}{0,0}{0,0}");
    ck_rows(4, "ride r JOIN trip t ON t.id = r.trip_id"
               " WHERE r.status = 'open'"
               "  AND r.expires_at IN (t.departs_at - interval '30 min',"
               "   t.departs_at + interval '30 min')");
    ck_refused(take(14, 0, 2, ",'wait':true"), 409, "duplicate_ride");
    /* The whole group gets the seats, because it is the oldest. */
    ck_status(post_action(cancel_ride, NULL, all.id, NULL), 200);
    ck_ride(group.id, "held");
    ck_ride(first.id, "open");
    ck_rows(1, "ride WHERE status = 'held' AND expires_at = updated_at + interval '15 min'");
    ck_rows(1, "outbox o JOIN ride r ON r.id = resource_id"
               " WHERE type = 'ride.held' AND r.status = 'held'"
               "  AND data ->> 'status' = 'held'"
               "  AND (data ->> 'expires_at')::timestamptz"
               "   BETWEEN r.expires_at - interval '1 ms' AND r.expires_at");
    /* Then the rides that fit together. */
    ck_status(post_action(cancel_ride, NULL, group.id, NULL), 200);
    ck_ride(first.id, "held");
    ck_ride(second.id, "held");
    ck_ride(third.id, "held");
    ck_assert_str_eq(trip_loads(), "{3,4}{0,0}{0,0}");
    ck_status(post_action(confirm_ride, NULL, third.id, "{'phone':'+77017654321'}"), 200);
    ck_ride_traces();
}

FIBER_TEST(declined_request_frees_seats_and_waiting_ride_can_cancel)
{
    publish_trip(30, ",'instant_book':false");
    const struct answer asked = take(10, 0, 2, ",'seats':4");
    const struct answer waits = take(11, 0, 2, ",'wait':true");
    ck_status(post_action(decline_ride, &rides_driver, asked.id, NULL), 200);
    ck_ride(waits.id, "held");
    ck_status(post_action(confirm_ride, &rides_driver, waits.id, NULL), 200);
    /* A waiting ride is cancelled free of cost and takes no seats. */
    const struct answer full = take(12, 0, 2, ",'seats':3,'wait':true");
    ck_ride(full.id, "requested"); /* the trip had free seats */
    const struct answer next = take(13, 0, 2, ",'wait':true");
    struct answer seen = view_ride(NULL, next.id);
    ck_assert(answer_allows(&seen, "cancel") && !answer_allows(&seen, "confirm"));
    ck_status(post_action(cancel_ride, NULL, next.id, NULL), 200);
    ck_assert_str_eq(trip_loads(), "{4,4}{0,0}{0,0}");
    ck_ride_traces();
}

/* After the hold has expired a new order arrives before the sweeper. */
FIBER_TEST(expired_hold_frees_seats_for_waiting_ride)
{
    publish_trip(30, "");
    const struct answer held = take(10, 0, 2, ",'seats':4");
    const struct answer waits = take(11, 1, 2, ",'seats':4,'wait':true");
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'", held.id);
    /* A refused order leaves the seats with the ride that waited. */
    ck_refused(take(12, 1, 2, ""), 409, "seats_taken");
    ck_ride(held.id, "expired");
    ck_ride(waits.id, "held");
    ck_assert_str_eq(trip_loads(), "{0,4}{0,0}{0,0}");
    ck_rows(2, "ride_history WHERE actor = 'system'");
    ck_status(take(13, 0, 1, ""), 201);
    ck_assert_str_eq(trip_loads(), "{1,4}{0,0}{0,0}");
    ck_rows(2, "ride_history WHERE actor = 'system'");
}

/* Every refusal of the order leaves the seats with the ride that waited; a dry run changes nothing.
 */
FIBER_TEST(refused_orders_keep_freed_seats_for_waiting_ride)
{
    static const struct {
        int64_t guest;
        const char *params, *more, *code;
    } orders[] = {
        {12, "dry_run=true", "",                           "seats_taken"   },
        {12, NULL,           "",                           "seats_taken"   },
        {12, NULL,           ",'expected_total':KZT(100)", "total_changed" },
        {11, NULL,           "",                           "duplicate_ride"},
    };
    char text[PASSENGER_TEXT];

    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        publish_trip(30 + 40 * (double)i, "");
        const struct answer held = take(10, 0, 2, ",'seats':4,'for_other':true");
        const struct answer waits = take(11, 0, 2, ",'seats':4,'wait':true,'for_other':true");
        stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'",
                  held.id);
        const struct api_caller guest = new_passenger(orders[i].guest, text);
        const char *body = textf("{'trip_id':'%s','from_stop':0,'to_stop':2,"
                                 "'passenger':{'name':'Айгуль'}%s}",
                                 last_trip, orders[i].more);
        ck_refused(ask_post(post_ride, .caller = &guest, .body = body, .params = orders[i].params),
                   409, orders[i].code);
        ck_ride(waits.id, orders[i].params == NULL ? "held" : "open");
        stand_sql("UPDATE ride SET status = 'cancelled', ended_at = now(), expires_at = NULL"
                  " WHERE ended_at IS NULL");
    }
}

/* The driver edits the trip before the sweeper has expired the hold. */
FIBER_TEST(edited_trip_holds_seats_of_expired_hold_for_waiting_ride)
{
    publish_trip(30, "");
    const struct answer held = take(10, 0, 2, ",'seats':4");
    const struct answer waits = take(11, 1, 2, ",'seats':4,'wait':true");
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'", held.id);
    ck_status(ask_patch(patch_trip, .caller = &rides_driver, .id = last_trip,
                        .body = "{'note':'С вещами'}"),
              200);
    ck_ride(held.id, "expired");
    ck_ride(waits.id, "held");
    ck_assert_str_eq(trip_loads(), "{0,4}{0,0}{0,0}");
}

FIBER_TEST(waiting_ride_gets_no_seat_after_one_star_rating)
{
    publish_trip(30, "");
    const struct answer all = take(10, 0, 2, ",'seats':4");
    const struct answer rated = take(11, 0, 2, ",'wait':true");
    const struct answer next = take(12, 0, 2, ",'wait':true");
    stand_sql("INSERT INTO rating (id, tenant_id, ride_id, driver_id, side, stars)"
              " SELECT gen_random_uuid(), r.tenant_id, r.id, t.driver_id, 'guest', 1"
              " FROM ride r JOIN trip t ON t.id = r.trip_id WHERE r.id = '%s'",
              rated.id);
    ck_status(post_action(cancel_ride, NULL, all.id, NULL), 200);
    ck_ride(rated.id, "open");
    ck_ride(next.id, "held");
}

FIBER_TEST(delay_extends_the_waiting_of_the_stops_ahead)
{
    publish_trip(30, "");
    ck_status(take(10, 0, 2, ",'seats':4"), 201);
    const struct answer from_first = take(11, 0, 1, ",'wait':true");
    const struct answer from_second = take(12, 1, 2, ",'wait':true");
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':90,'from_stop':1}"),
              200);
    ck_sql(1, "SELECT version FROM ride WHERE id = '%s'", from_first.id);
    ck_rows(1,
            "ride r JOIN trip_leg g USING (trip_id, from_stop, to_stop) WHERE r.id = '%s'"
            " AND r.status = 'open' AND r.expires_at = g.departs_at - interval '30 minutes'",
            from_second.id);
    ck_rows(1, "audit WHERE action = 'ride.extend' AND actor = 'system'");
    ck_rows(1, "outbox WHERE type = 'ride.changed' AND resource_id = '%s'", from_second.id);
    ck_ride_traces();
}

FIBER_TEST(delay_extends_requests_and_claimed_payments)
{
    publish_trip(1, ",'prepayment_percent':20,'instant_book':false");
    const struct answer asked = ck_status(take(10, 0, 2, ""), 201);
    const struct answer paid = ck_status(take(11, 0, 2, ""), 201);
    ck_status(post_action(confirm_ride, &rides_driver, paid.id, NULL), 200);
    ck_status(post_action(claim_ride_payment, NULL, paid.id, NULL), 200);
    ck_ride(asked.id, "requested");
    ck_ride(paid.id, "payment_claimed");
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':60}"), 200);
    ck_rows(2, "ride r JOIN trip_leg g USING (trip_id, from_stop, to_stop)"
               " WHERE r.expires_at = g.departs_at - CASE r.status WHEN 'requested'"
               "  THEN interval '30 minutes' ELSE interval '0' END");
    /* The departure limits neither of them any more. */
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':240}"), 200);
    ck_rows(2, "ride r JOIN ride_history h ON h.ride_id = r.id AND h.to_status = r.status"
               "  AND h.from_status IS DISTINCT FROM h.to_status"
               " WHERE r.expires_at = h.at + interval '3 hours'");
    ck_rows(4, "audit WHERE action = 'ride.extend' AND actor = 'system'");
    ck_ride_traces();
}

/* The extension of the deadline is no step of the passenger. */
FIBER_TEST(payment_claimed_before_a_change_of_car_is_free_to_cancel_after_a_delay)
{
    publish_trip(1, ",'prepayment_percent':20");
    const struct answer paid = ck_status(order_ride(&rides_guest, 0, 2, "", ""), 201);
    ck_status(post_action(claim_ride_payment, &rides_guest, paid.id, NULL), 200);
    stand_sql("UPDATE trip SET free_cancel_at = now()"); /* as a change of car does */
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':10}"), 200);
    ck_status(post_action(confirm_ride, &rides_driver, paid.id, NULL), 200);
    ck_assert(is_free_to_cancel(&paid));
}

/* The passenger has done nothing since the delay. */
FIBER_TEST(waiting_ride_confirmed_after_the_delay_is_free_to_cancel)
{
    publish_trip(30, "");
    const struct answer all = take(10, 0, 2, ",'seats':4");
    const struct answer waits = ck_status(order_ride(&rides_guest, 0, 2, "", ",'wait':true"), 201);
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':61}"), 200);
    ck_status(post_action(cancel_ride, NULL, all.id, NULL), 200);
    ck_ride(waits.id, "held");
    ck_status(post_action(confirm_ride, &rides_driver, waits.id, NULL), 200);
    ck_assert(is_free_to_cancel(&waits));
}

FIBER_TEST(waitlist_is_limited_and_closed_before_departure)
{
    publish_trip(30, "");
    ck_status(take(10, 0, 2, ",'seats':4"), 201);
    ck_refused(take(11, 0, 2, ",'seats':5,'wait':true"), 409, "seats_taken");
    ck_refused(take(11, 0, 2, ",'seats':2"), 409, "seats_taken");
    ck_refused(order_ride(&rides_driver, 0, 2, "", ",'wait':true"), 422, "unknown_field");
    for (int i = 0; i < RIDE_WAITLIST_MAX; i++)
        ck_status(take(20 + i, 0, 2, ",'wait':true"), 201);
    ck_refused(take(50, 0, 2, ",'wait':true"), 409, "waitlist_full");
    /* An expired ride no longer waits. */
    stand_sql("UPDATE ride SET expires_at = now() WHERE passenger_telegram_id = 20");
    ck_status(take(50, 0, 2, ",'wait':true"), 201);
    publish_trip(60, "");
    stand_sql("UPDATE ride SET status = 'cancelled', ended_at = now() WHERE status = 'open'");
    ck_status(take(10, 0, 2, ",'seats':4"), 201);
    stand_sql("UPDATE trip_leg SET departs_at = now() + interval '29 min'");
    stand_sql("UPDATE trip SET stops = replace(stops::text, stops -> 0 ->> 'at',"
              " to_char((now() + interval '29 min') AT TIME ZONE 'UTC',"
              " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))::json");
    ck_refused(take(11, 0, 2, ",'wait':true"), 409, "seats_taken");
}

enum { NEWCOMERS = 100 };
static int winner;
static char seat[40];

static void newcomer(void *data)
{
    winner += take(1000 + (intptr_t)data, 0, 2, "").status == 201;
}

static void leaver(void *data)
{
    ck_status(post_action(cancel_ride, NULL, seat, NULL), 200);
}

FIBER_TEST(concurrent_newcomers_do_not_overtake_waitlist)
{
    winner = 0;
    publish_trip(30, "");
    const struct answer one = take(10, 0, 2, "");
    snprintf(seat, sizeof seat, "%s", one.id);
    ck_status(take(11, 0, 2, ",'seats':3"), 201);
    /* Two groups are older than the ride that fits. */
    for (int i = 0; i < RIDE_WAITLIST_MAX; i++)
        ck_status(take(20 + i, 0, 2, i < 2 ? ",'seats':2,'wait':true" : ",'wait':true"), 201);
    for (intptr_t i = 0; i < NEWCOMERS; i++) {
        stand_go(newcomer, (void *)i);
        if (i == NEWCOMERS / 2)
            stand_go(leaver, NULL);
    }
    stand_join();
    ck_assert_int_eq(winner, 0);
    ck_sql_text("22", "SELECT string_agg(passenger_telegram_id::text, ',') FROM ride"
                      " WHERE version = 2 AND status = 'held'");
    ck_ride_traces();
}
