// SPDX-License-Identifier: MIT
/* The sweeper on a real PostgreSQL: alone, concurrently, and beside other writers. */
#include "db/batches.h"

#include "handlers/ride_handlers.h"
#include "maintenance/ride_sweeper.h"
#include "requests.h"
#include "rides/ride_store.h"

static const char *trip_status(const char *id)
{
    return stand_text("SELECT status FROM trip WHERE id = '%s'", id);
}

struct batch {
    bool (*run)(struct change *change, int64_t *done, struct fault *fault);
    int64_t done;
};

static bool run_batch(struct change *change, void *arg, struct fault *fault)
{
    struct batch *batch = arg;

    return batch->run(change, &batch->done, fault);
}

static int64_t sweep(bool (*run)(struct change *change, int64_t *done, struct fault *fault))
{
    const struct uuid nobody = {0};
    struct batch batch = {run, 0};

    ck_ok(api_task(stand_changes(), &nobody, run_batch, &batch, &fault));
    return batch.done;
}

static void sweep_all(const struct ride_sweep *kind)
{
    ck_ok(ride_sweep_run(kind, stand_changes(), stand_service()->db, &fault));
}

/* --- holds --- */

#define SHORT_HOLD ",'hold_seconds':300"

/* Waits until a short hold has expired. */
static void wait_until_expired(void)
{
    stand_script("SET session_replication_role = replica;"
                 "UPDATE ride SET expires_at = expires_at - interval '300 seconds';"
                 "UPDATE trip_load SET next_expiry = next_expiry - interval '300 seconds';"
                 "SET session_replication_role = origin",
                 "the time of a hold");
}

TEST_CASE("rides_sweeper", .setup = rides_begin_with_test_keys, .teardown = stand_end);

FIBER_TEST(sweeper_expires_holds_and_frees_seats)
{
    publish_trip(30, "");
    const struct answer live = order_ride(&rides_guest8, 0, 2, "", "");
    const struct answer over = ck_status(order_ride(&rides_guest, 0, 1, "", SHORT_HOLD), 201);
    ck_status(live, 201);
    wait_until_expired();
    ck_assert_str_eq(trip_loads(), "{2,1}{0,0}{0,0}");
    sweep_all(&ride_sweep_overdue_holds);
    sweep_all(&ride_sweep_overdue_holds);
    ck_assert_str_eq(stored_status(over.id), "expired");
    ck_assert_str_eq(stored_status(live.id), "held");
    ck_assert_str_eq(trip_loads(), "{1,1}{0,0}{0,0}");
    ck_rows(1, "ride_history WHERE ride_id = '%s' AND from_status = 'held' AND actor = 'system'",
            over.id);
    ck_rows(1, "trip_load WHERE next_expiry > now()");
    ck_ride_traces();
}

/* Inserts an open ride, on the waiting list of `trip` or without one. */
static void make_open(const char *trip, const char *until)
{
    stand_sql(
        "INSERT INTO ride (id, tenant_id, code, kind, status, trip_id, from_stop, to_stop,"
        " from_place, to_place, seats, seat_load, cargo_load, child_load, passenger_name,"
        " lines, total, deposit, policy, expires_at) SELECT gen_random_uuid(), tenant_id,"
        " substr(gen_random_uuid()::text, 1, 8), 'seat', 'open', %s, 'almaty', 'konaev', 1, 1,"
        " 0, 0, 'Айгуль', '[]', 0, 0, 'moderate', now() + interval '%s' FROM driver",
        trip, until);
}

FIBER_TEST(sweeper_expires_open_rides)
{
    publish_trip(30, "");
    make_open(textf("'%s', 0, 1", last_trip), "-1 second");
    make_open("NULL, NULL, NULL", "-1 second");
    make_open("NULL, NULL, NULL", "1 minute");
    sweep_all(&ride_sweep_overdue_holds);
    ck_assert_int_eq(sweep(ride_expire_open_batch), 2);
    ck_assert_int_eq(sweep(ride_expire_open_batch), 0);
    ck_rows(1, "ride WHERE status = 'open'");
    ck_rows(2, "outbox JOIN audit USING (resource_id)"
               " WHERE type = 'ride.expired' AND action = 'ride.expire'"
               " AND sequence = 2 AND data ->> 'expires_at' IS NULL"
               " AND actor = 'system' AND client_id IS NULL");
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
}

static void one_sweeper(void *data)
{
    sweep_all(&ride_sweep_overdue_holds);
    sweep(ride_expire_open_batch);
    sweep_all(&ride_sweep_overdue_trips);
    ck_ok(db_batches_run(stand_service()->pool, &ride_sweep_store_blank, 50, &fault));
}

FIBER_TEST(concurrent_sweepers_record_each_end_once)
{
    for (int i = 0; i < 6; i++) {
        publish_trip(30 + 5 * i, "");
        ck_status(order_ride(NULL, 0, 1, "", SHORT_HOLD), 201);
        make_open("NULL, NULL, NULL", "1 second");
    }
    publish_trip(-1.5, "");
    publish_trip(-8, "");
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    wait_until_expired();
    stand_race(4, one_sweeper);
    ck_rows(12, "ride WHERE status = 'expired'");
    ck_rows(12, "outbox WHERE type = 'ride.expired'");
    ck_rows(2, "outbox WHERE type IN ('trip.cancelled', 'trip.finished')");
}

/* --- trips --- */

FIBER_TEST(sweeper_finishes_arrived_trip)
{
    /* The last stop is four hours after the first. */
    publish_trip(-6.9, "");
    const struct answer ride =
        ck_status(order_ride(&rides_driver, 0, 2, ",'phone':'+77017654321'", ""), 201);
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    sweep_all(&ride_sweep_overdue_trips);
    ck_assert_str_eq(trip_status(last_trip), "started");
    publish_trip(-12, "");
    const struct answer old = order_ride(&rides_driver, 0, 2, ",'phone':'+77017654321'", "");
    const struct answer held = order_ride(&rides_guest, 0, 1, "", "");
    ck_status(old, 201);
    ck_status(held, 201);
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    sweep_all(&ride_sweep_overdue_trips);
    ck_assert_str_eq(trip_status(last_trip), "finished");
    ck_assert_str_eq(stored_status(old.id), "completed");
    ck_assert_str_eq(stored_status(held.id), "cancelled");
    ck_assert_str_eq(stored_status(ride.id), "confirmed");
    ck_sql(1, "SELECT trips_done FROM driver");
    ck_rows(1, "trip_history WHERE to_status = 'finished' AND actor = 'system'");
    ck_rows(1, "outbox WHERE type = 'trip.finished'");
    ck_ride_traces();
}

FIBER_TEST(sweeper_cancels_unstarted_trip)
{
    publish_trip(-0.95, "");
    sweep_all(&ride_sweep_overdue_trips);
    ck_assert_str_eq(trip_status(last_trip), "scheduled");
    publish_trip(-7, "");
    const struct answer ride = order_ride(&rides_guest, 0, 2, "", "");
    ck_status(post_action(confirm_ride, &rides_driver, ride.id, "{'paid':KZT(100000)}"), 200);
    const struct answer held = order_ride(&rides_guest8, 0, 1, "", "");
    sweep_all(&ride_sweep_overdue_trips);
    ck_assert_str_eq(trip_status(last_trip), "cancelled");
    ck_sql_text("cancelleddriver0100000",
                "SELECT status || fault || fee || refund FROM ride WHERE id = '%s'", ride.id);
    ck_sql_text("cancellednone", "SELECT status || fault FROM ride WHERE id = '%s'", held.id);
    ck_sql_text("driver", "SELECT fault FROM trip WHERE id = '%s'", last_trip);
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
    ck_ride_traces();
}

/* A failing trip does not block others. */
FIBER_TEST(broken_trip_does_not_block_others)
{
    struct fault fault;

    publish_trip(-8, "");
    stand_sql("UPDATE trip SET segment_prices = '[]'");
    publish_trip(-2.5, "");
    ck_assert(
        !ride_sweep_run(&ride_sweep_overdue_trips, stand_changes(), stand_service()->db, &fault));
    ck_assert_str_eq(fault.code, "bad_trip");
    ck_assert_str_eq(trip_status(last_trip), "cancelled");
}

/* Creates an overdue hold and a ride that waits for its seats. Returns the hold. */
static struct answer make_queue(double hours)
{
    publish_trip(hours, "");
    const struct answer held = ck_status(order_ride(NULL, 0, 2, "", ",'seats':4"), 201);
    ck_status(order_ride(NULL, 0, 1, "", ",'wait':true"), 201);
    stand_sql("UPDATE ride SET expires_at = now() WHERE id = '%s'", held.id);
    return held;
}

/* Creates an unreadable trip, first in order, with an overdue hold and a waiting ride. */
static void make_broken(int number)
{
    const char *id = textf("00000000-0000-7000-8000-%012d", number);
    const char *on_trip = textf("'%s', 0, 1", id);

    stand_sql("INSERT INTO trip (id, tenant_id, driver_id, car_id, stops, segment_prices,"
              " departs_at, arrives_at, busy, seats) SELECT '%s', tenant_id, driver_id, id,"
              " '[{},{}]', '[]', at, at + interval '1 hour', tstzrange(at, at + interval '1 hour'),"
              " 4 FROM car, (SELECT now() + interval '1 day' * %d AS at) times",
              id, number + 2);
    stand_sql("INSERT INTO trip_leg (trip_id, from_stop, to_stop, tenant_id, from_place, to_place,"
              " departs_at, arrives_at, seat_price) SELECT id, 0, 1, tenant_id, 'almaty', 'konaev',"
              " departs_at, arrives_at, 0 FROM trip WHERE id = '%s'",
              id);
    stand_sql("INSERT INTO trip_load (trip_id, segments, seats, cargo_units, child_seats,"
              " seat_load, cargo_load, child_load) VALUES ('%s', 1, 4, 16, 0, '{0}', '{0}', '{0}')",
              id);
    make_open(on_trip, "1 minute");
    make_open(on_trip, "-1 second");
    stand_sql("UPDATE ride SET status = 'held' WHERE trip_id = '%s' AND expires_at <= now()", id);
}

FIBER_TEST(failing_holds_do_not_block_other_trips)
{
    struct fault fault;

    const struct answer held = make_queue(30);
    for (int i = 0; i <= RIDE_BATCH; i++)
        make_broken(i);
    ck_assert(
        !ride_sweep_run(&ride_sweep_overdue_holds, stand_changes(), stand_service()->db, &fault));
    ck_assert_str_eq(fault.code, "bad_trip");
    ck_assert_str_eq(stored_status(held.id), "expired");
    ck_assert_str_eq(trip_loads(), "{1,0}{0,0}{0,0}");
    ck_rows(1, "ride WHERE status = 'expired'");
}

/* Other due work besides the holds of a broken trip. */
FIBER_TEST(failing_task_does_not_block_other_tasks)
{
    struct periodic sweeper;

    make_broken(0);
    make_open("NULL, NULL, NULL", "-1 second");
    stand_sql("UPDATE ride SET ended_at = now() - interval '181 days'"
              " WHERE status = 'open' AND trip_id IS NOT NULL");
    publish_trip(-2, "");
    rides_sweeper_start(&sweeper, stand_service(), 20);
    stand_until(strcmp(trip_status(last_trip), "cancelled") == 0, "%s, not cancelled",
                trip_status(last_trip));
    wait_for("(SELECT count(*) FROM ride WHERE status = 'expired') = 1");
    wait_for("(SELECT count(*) FROM ride WHERE blanked_at IS NOT NULL) = 1");
    periodic_stop(&sweeper);
}

/* --- offers --- */

static void make_offer(const char *ride_id, const char *until)
{
    stand_sql("INSERT INTO offer (id, tenant_id, ride_id, driver_id, car_id, status, price,"
              " depart_at, arrive_at, sell_rest, expires_at) SELECT gen_random_uuid(), tenant_id,"
              " '%s', driver_id, id, 'pending', 100, now(), now() + interval '1 hour', true,"
              " now() + interval '%s' FROM car",
              ride_id, until);
}

FIBER_TEST(sweeper_expires_offers)
{
    struct answer first = order_open_ride(&rides_guest, 30, ""),
                  second = order_open_ride(&rides_guest8, 30, "");

    make_offer(first.id, "-1 second");
    make_offer(second.id, "1 minute");
    ck_assert_int_eq(sweep(offer_store_expire_batch), 1);
    ck_assert_int_eq(sweep(offer_store_expire_batch), 0);
    ck_rows(1,
            "offer o JOIN outbox e ON resource_id = o.id"
            " JOIN audit a USING (resource_id) WHERE o.ride_id = '%s' AND"
            " o.status = 'expired' AND e.type = 'offer.expired' AND"
            " a.action = 'offer.expire' AND a.actor = 'system'",
            first.id);
    ck_rows(1, "offer WHERE status = 'pending'");
}

/* --- personal data --- */

FIBER_TEST(sweeper_blanks_people_after_180_days)
{
    publish_trip(30, "");
    const struct answer old =
        order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", ",'note':'у Айгуль чемодан'");
    const struct answer newer = order_ride(&rides_guest8, 0, 1, ",'phone':'+77017654322'", "");
    ck_status(post_action(cancel_ride, &rides_guest, old.id, "{'reason':'Айгуль заболела'}"), 200);
    ck_status(post_action(cancel_ride, &rides_guest8, newer.id, NULL), 200);
    stand_sql("UPDATE ride SET ended_at = now() - interval '1 day' * CASE WHEN id = '%s' THEN 180"
              " ELSE 179 END",
              old.id);
    ck_ok(db_batches_run(stand_service()->pool, &ride_sweep_store_blank, 50, &fault));
    ck_rows(0,
            "ride r LEFT JOIN ride_history h ON"
            " ride_id = r.id WHERE r.id = '%s' AND (r::text LIKE '%%Айгуль%%'"
            " OR r::text LIKE '%%+7701%%' OR h.reason IS NOT NULL)",
            old.id);
    ck_rows(1, "ride WHERE id = '%s' AND passenger_telegram_id = 7 AND total = 300000", old.id);
    ck_rows(1, "ride WHERE id = '%s' AND passenger_phone = '+77017654322'", newer.id);
}

FIBER_TEST(sweeper_runs_periodically)
{
    struct periodic sweeper;

    publish_trip(-2, "");
    const char *late = textf("%s", last_trip);
    publish_trip(30, "");
    const struct answer held = order_ride(&rides_guest, 0, 1, "", ",'hold_seconds':1");
    struct answer preferences = order_open_ride(&rides_guest8, 30, "");
    make_offer(preferences.id, "-1 second");
    stand_sql("INSERT INTO waitlist_due (trip_id) VALUES ('%s')", last_trip);
    rides_sweeper_start(&sweeper, stand_service(), 20);
    stand_until(strcmp(stored_status(held.id), "expired") == 0, "%s, not expired",
                stored_status(held.id));
    stand_until(strcmp(trip_status(late), "cancelled") == 0, "%s, not cancelled",
                trip_status(late));
    wait_for("(SELECT status FROM offer) = 'expired'");
    wait_for("(SELECT count(*) FROM waitlist_due) = 0");
    periodic_stop(&sweeper);
    ck_ride_traces();
}
