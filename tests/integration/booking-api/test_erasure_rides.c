// SPDX-License-Identifier: MIT
/* A guest is erased from rides and bookings together, by the identifiers that either knows. */
#include "erasures.h"
#include "handlers/handlers.h"

static char trip_id[UUID_TEXT_LEN + 1];

/* A trip of one segment and four seats, tomorrow. */
static void make_trip(void)
{
    const struct uuid id = uuid_make();

    uuid_format(&id, trip_id);
    stand_sql("INSERT INTO driver (id, tenant_id, name, phone, status)"
              " VALUES ('%s', '%s', 'Асхат', '+77010000001', 'active')",
              trip_id, stand_tenant());
    stand_sql(
        "INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors,"
        " year) VALUES ('%s', '%s', '%s', 'Toyota', 'Camry', 'белый', '777ABC05', 4, 4, 2019)",
        trip_id, stand_tenant(), trip_id);
    stand_sql("INSERT INTO trip (id, tenant_id, driver_id, car_id, stops, segment_prices,"
              " departs_at, arrives_at, busy, seats) SELECT '%s', '%s', '%s', '%s', '[{},{}]',"
              " '[100]', at, at + interval '2 hours', tstzrange(at, at + interval '3 hours'), 4"
              " FROM (SELECT now() + interval '1 day' AS at) t",
              trip_id, stand_tenant(), trip_id, trip_id);
    stand_sql("INSERT INTO trip_load (trip_id, segments, seats, cargo_units, child_seats,"
              " seat_load, cargo_load, child_load) VALUES ('%s', 1, 4, 16, 0, '{0}', '{0}', '{0}')",
              trip_id);
}

/* `who` is SQL for telegram_id and phone. The id is valid until the next call. */
static const char *make_ride(const char *status, const char *who)
{
    static char id[UUID_TEXT_LEN + 1];
    const struct uuid made = uuid_make();

    uuid_format(&made, id);
    stand_sql("INSERT INTO ride (id, tenant_id, code, kind, status, trip_id, from_stop, to_stop,"
              " from_place, to_place, seats, seat_load, cargo_load, child_load, passenger_name,"
              " passenger_telegram_id, passenger_phone, note, lines, total, deposit, paid, policy,"
              " expires_at) VALUES ('%s', '%s', right('%s', 8), 'seat', '%s', '%s', 0, 1, 'almaty',"
              " 'konaev', 1, 1, 0, 0, 'Забытый Пассажир', %s, 'Забытый едет', '[]', 300000, 0, 100,"
              " 'moderate', now() + interval '10 minutes')",
              id, stand_tenant(), id, status, trip_id, who);
    stand_sql("INSERT INTO ride_history (ride_id, version, to_status, actor, reason)"
              " VALUES ('%s', 1, '%s', 'guest:7', 'Забытый так решил')",
              id, status);
    return id;
}

/* What the two sides said of a ride, a call for help and a shared link. */
static void add_words(const char *ride)
{
    for (int i = 0; i < 2; i++) {
        const char *side = i == 0 ? "guest" : "driver";

        stand_sql("INSERT INTO rating (id, tenant_id, ride_id, driver_id, side, stars, text)"
                  " VALUES (gen_random_uuid(), '%s', '%s', '%s', '%s', 4, 'Забытый молчал')",
                  stand_tenant(), ride, trip_id, side);
        stand_sql("INSERT INTO complaint (id, tenant_id, ride_id, side, number, about, text)"
                  " VALUES (gen_random_uuid(), '%s', '%s', '%s', 1, 'other', 'Забытый спал')",
                  stand_tenant(), ride, side);
        stand_sql("INSERT INTO sos (id, tenant_id, ride_id, side, lat, lon)"
                  " VALUES (gen_random_uuid(), '%s', '%s', '%s', 43.25, 76.93)",
                  stand_tenant(), ride, side);
    }
    stand_sql("INSERT INTO ride_share (id, tenant_id, ride_id, token_hash)"
              " VALUES (gen_random_uuid(), '%s', '%s', sha256('%s'))",
              stand_tenant(), ride, ride);
}

/* Stored answers to a rating and a complaint about the ride. */
static void store_words(const char *ride)
{
    stand_sql(
        "INSERT INTO idempotency (id, client_id, key, fingerprint, status, location, body)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 'r', sha256(''), 201,"
        " '/v1/rides/%s/rating/%s', '{\"stars\":4,\"tags\":[],\"text\":\"Забытый молчал\"}'),"
        " (gen_random_uuid(), gen_random_uuid(), 'c', sha256(''), 201,"
        " '/v1/rides/%s/complaints/%s',"
        " '{\"id\":\"%s\",\"side\":\"guest\",\"about\":\"other\",\"text\":\"Забытый спал\"}')",
        ride, trip_id, ride, trip_id, trip_id);
}

/* Another person's parcel to the guest's phone; the sender may repeat the request. */
static void make_parcel(const char *status)
{
    const char *id = make_ride(status, "8, '+77015550008'");

    stand_sql("UPDATE ride SET passenger_name = 'Отправитель', note = NULL, kind = 'parcel',"
              " recipient_name = 'Забытый', recipient_phone = '+77015550001' WHERE id = '%s'",
              id);
    stand_sql("DELETE FROM ride_history WHERE ride_id = '%s'", id);
    stand_sql("INSERT INTO idempotency (id, client_id, key, fingerprint, status,"
              " body) VALUES (gen_random_uuid(), gen_random_uuid(), 'p', sha256(''), 201,"
              " '{\"id\":\"%s\",\"recipient\":{\"name\":\"Забытый\",\"phone\":\"+77015550001\"},"
              "\"passenger\":{\"name\":\"Отправитель\",\"telegram_id\":8},\"note\":null}')",
              id);
}

/* Makes an offer of each ride and car, which the guest has rejected. */
static void make_offers(void)
{
    stand_sql("INSERT INTO offer (id, tenant_id, ride_id, driver_id, car_id, status, price,"
              " depart_at, arrive_at, sell_rest, expires_at, changed_by) SELECT gen_random_uuid(),"
              " r.tenant_id, r.id, c.driver_id, c.id, 'rejected', 100, now(), now() + interval '1"
              " hour', true, now(), 'guest:7' FROM ride r, car c");
}

TEST_CASE("erasure_rides", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(bookings_and_rides_identify_the_guest_for_each_other)
{
    make_trip();
    /* Only bookings know that the phone is the guest's. */
    ck_status(stand_book(&stand_guest, stand_apartment(), 10, 1, ",'phone':'+77015550001'", ""),
              201);
    const char *rated = textf("%s", make_ride("completed", "7, NULL"));
    add_words(rated);
    store_words(rated);
    make_offers();
    make_ride("completed", "NULL, '+77015550001'");
    add_words(make_ride("completed", "8, '+77015550001'"));
    stand_sql("UPDATE ride SET passenger_name = 'Другой', note = NULL"
              " WHERE passenger_telegram_id = 8");
    stand_sql("UPDATE rating SET text = 'Другой молчал' FROM ride r WHERE r.id = ride_id"
              " AND passenger_telegram_id = 8");
    stand_sql("UPDATE complaint SET text = 'Другой спал' FROM ride r WHERE r.id = ride_id"
              " AND passenger_telegram_id = 8");
    stand_sql("DELETE FROM ride_history h USING ride r WHERE r.id = ride_id"
              " AND passenger_telegram_id = 8");
    make_parcel("completed");
    const char *held = textf("%s", make_ride("held", "7, '+77015550002'"));
    verify_phones();
    /* Only rides know that this one is. */
    ck_status(stand_book(NULL, stand_apartment(), 20, 1, ",'phone':'+77015550002'", ""), 201);
    stand_sql("INSERT INTO idempotency (id, client_id, key, fingerprint, status,"
              " body) VALUES (gen_random_uuid(), gen_random_uuid(), 'k', sha256(''), 201,"
              " '{\"id\":\"%s\",\"passenger\":{\"name\":\"Забытый\",\"phone\":\"+77015550002\","
              "\"telegram_id\":7},\"note\":\"Забытый\"}')",
              held);
    ck_sql(1, "SELECT seat_load[1] FROM trip_load");
    struct answer answer = ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_assert_int_eq(erased_rows(&answer, "booking"), 2);
    ck_assert_int_eq(erased_rows(&answer, "ride"), 4);
    ck_assert_int_eq(erased_rows(&answer, "ride_history"), 3);
    ck_assert_int_eq(erased_rows(&answer, "idempotency"), 4);
    ck_assert_int_eq(count_mentions("Забытый"), 0);
    ck_assert_int_eq(count_mentions("77015550002"), 0);
    ck_assert_int_eq(count_mentions("guest:7"), 0);
    ck_rows(2, "ride WHERE passenger_telegram_id = 8"
               " AND passenger_name IN ('Другой', 'Отправитель')");
    ck_rows(2, "rating WHERE text = 'Другой молчал'");
    ck_rows(2, "complaint WHERE text = 'Другой спал'");
    ck_rows(2, "sos WHERE lat IS NOT NULL");
    ck_rows(1, "ride_share WHERE ended_at IS NULL");
    ck_rows(1, "offer WHERE changed_by = 'guest:erased'");
    ck_sql(0, "SELECT seat_load[1] FROM trip_load");
    ck_rows(1,
            "ride WHERE id = '%s' AND status ="
            " 'cancelled' AND fault = 'none' AND fee = 0 AND refund = 100"
            " AND total = 300000 AND ended_at IS NOT NULL",
            held);
    ck_rows(1,
            "outbox e JOIN audit a USING (resource_id)"
            " WHERE e.type = 'ride.cancelled' AND a.action = 'ride.cancel'"
            " AND resource_id = '%s' AND a.key_id IS NOT NULL",
            held);
    answer = erase(NULL, "{'telegram_id':7}");
    ck_assert_int_eq(erased_rows(&answer, "ride") + erased_rows(&answer, "ride_history") +
                         erased_rows(&answer, "idempotency") + erased_rows(&answer, "audit"),
                     0);
}

static const struct {
    const char *status, *who;
} agreed[] = {
    {"payment_claimed", "7, NULL"             },
    {"confirmed",       "7, NULL"             },
    {"boarded",         "7, '+77015550009'"   },
    {"confirmed",       "NULL, '+77015550001'"},
};

FIBER_TEST_ROWS(agreed_ride_forbids_the_erasure, agreed)
{
    make_trip();
    const struct answer made = ck_status(
        stand_book(&stand_guest, stand_apartment(), 10, 1, ",'phone':'+77015550001'", ""), 201);
    verify_phones();
    const char *id = textf("%s", make_ride(row->status, row->who));
    struct answer answer = ck_refused(erase(NULL, "{'telegram_id':7}"), 409, "has_live_rides");
    ck_count(answer.json, "rides", 1);
    ck_text(answer.json, "rides.0", id);
    ck_rows(1, "booking WHERE guest_telegram_id = 7");
    ck_rows(0, "ride WHERE passenger_name = 'erased'");
    ck_act(confirm_booking, &stand_guest, made.id, NULL);
    ck_refused(erase(NULL, "{'telegram_id':7}"), 409, "has_live_bookings");
    ck_act(cancel_booking, &stand_guest, made.id, NULL);
    stand_sql("UPDATE ride SET status = 'completed', ended_at = now()");
    ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_assert_int_eq(count_mentions("Забытый"), 0);
}

/* Bots could not notify the driver any more. */
FIBER_TEST(driver_of_a_trip_is_not_erased_as_a_guest)
{
    make_trip();
    stand_sql("UPDATE driver SET telegram_id = 7");
    make_ride("completed", "7, NULL");
    struct answer answer = ck_refused(erase(NULL, "{'telegram_id':7}"), 409, "has_live_trips");
    ck_text(answer.json, "trips.0", trip_id);
    stand_sql("UPDATE trip SET status = 'cancelled'");
    ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_rows(1, "driver WHERE telegram_id = 7");
}

FIBER_TEST(parcel_keeps_its_recipient_until_delivery)
{
    make_trip();
    make_parcel("held");
    make_ride("completed", "NULL, '+77015550001'");
    ck_refused(erase(NULL, "{'phone':'+77015550001'}"), 409, "has_live_rides");
    stand_sql("UPDATE ride SET expires_at = now()");
    ck_status(erase(NULL, "{'phone':'+77015550001'}"), 200);
    ck_assert_int_eq(count_mentions("Забытый"), 0);
    ck_assert_int_eq(count_mentions("Отправитель"), 2);
    /* The sender asks: data of other people in the parcel is erased, too. */
    stand_sql("UPDATE ride SET recipient_name = 'Забытый' WHERE kind = 'parcel'");
    ck_status(erase(&stand_guest8, "{'telegram_id':8}"), 200);
    ck_assert_int_eq(count_mentions("Забытый") + count_mentions("Отправитель"), 0);
    ck_rows(1, "ride_history WHERE to_status = 'expired' AND actor = 'guest:erased'"
               " AND fee = 0 AND refund = 100");
}

/* By accepting an offer. */
FIBER_TEST(passenger_who_created_a_trip_is_erased_from_its_history)
{
    make_trip();
    for (int i = 7; i <= 8; i++) {
        make_ride("completed", textf("%d, NULL", i));
        stand_sql("INSERT INTO trip_history (trip_id, version, to_status, actor)"
                  " VALUES ('%s', %d, 'scheduled', 'guest:%d')",
                  trip_id, i, i);
    }
    ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    ck_sql_text("guest:erased guest:8",
                "SELECT string_agg(actor, ' ' ORDER BY version) FROM trip_history");
}

FIBER_TEST(drivers_are_notified_of_lost_offers)
{
    make_trip();
    stand_sql("UPDATE ride SET trip_id = NULL, from_stop = NULL, to_stop = NULL WHERE id = '%s'",
              make_ride("open", "7, NULL"));
    stand_sql("INSERT INTO offer (id, tenant_id, ride_id, driver_id, car_id, status, price,"
              " depart_at, arrive_at, sell_rest, expires_at) SELECT gen_random_uuid(), r.tenant_id,"
              " r.id, c.driver_id, c.id, 'pending', 100, now(), now() + interval '1 hour', true,"
              " now() + interval '1 hour' FROM ride r, car c");
    ck_status(erase(&stand_guest, "{'telegram_id':7}"), 200);
    ck_sql_text("lost", "SELECT status FROM offer");
    ck_rows(1, "outbox WHERE type = 'offer.lost'");
    ck_rows(1, "audit WHERE action = 'offer.lose' AND actor = 'guest:erased'");
}

FIBER_TEST(freed_seats_are_held_for_the_ride_that_waits)
{
    make_trip();
    stand_sql("UPDATE trip SET stops = (SELECT json_agg(json_build_object('place', place, 'at',"
              " to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')))"
              " FROM (VALUES ('almaty', departs_at), ('konaev', arrives_at)) stop (place, at))");
    stand_sql("INSERT INTO trip_leg (trip_id, from_stop, to_stop, tenant_id, from_place, to_place,"
              " departs_at, arrives_at, seat_price) SELECT id, 0, 1, tenant_id, 'almaty', 'konaev',"
              " departs_at, arrives_at, 100 FROM trip");
    stand_sql("UPDATE ride SET seats = 4, seat_load = 4 WHERE id = '%s'",
              make_ride("held", "7, NULL"));
    const char *waits = textf("%s", make_ride("open", "8, NULL"));
    ck_status(erase(&stand_guest, "{'telegram_id':7}"), 200);
    ck_sql_text("held", "SELECT status FROM ride WHERE id = '%s'", waits);
    ck_sql(1, "SELECT seat_load[1] FROM trip_load");
    ck_rows(1, "outbox WHERE type = 'ride.held' AND resource_id = '%s'", waits);
}

static struct answer told;

static void erase_meanwhile(void *data)
{
    told = erase(NULL, "{'telegram_id':7}");
}

/* The erasure has found the ride and waits for its row. */
FIBER_TEST(ride_agreed_during_the_erasure_keeps_its_passenger)
{
    make_trip();
    stand_sql("UPDATE ride SET trip_id = NULL, from_stop = NULL, to_stop = NULL WHERE id = '%s'",
              make_ride("open", "7, NULL"));
    PGconn *held =
        stand_hold(textf("UPDATE test_erasure_rides.ride SET status = 'confirmed', trip_id = '%s',"
                         " from_stop = 0, to_stop = 1, agreed_at = now(), expires_at = NULL",
                         trip_id));
    told = (struct answer){0};
    stand_go(erase_meanwhile, NULL);
    wait_for("EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
             " AND query LIKE '%WITH own AS%')");
    stand_commit(held);
    stand_until(told.status != 0, "it is answered");
    ck_refused(told, 409, "has_live_rides");
    ck_rows(0, "ride WHERE passenger_name = 'erased'");
}

FIBER_TEST(erasure_without_rides_skips_their_tables)
{
    PGconn *held = stand_hold("LOCK TABLE test_erasure_rides.ride_history");

    ck_status(erase(NULL, "{'telegram_id':7}"), 200);
    PQfinish(held);
}

FIBER_TEST(passenger_is_erased_by_account_but_not_by_unverified_phone)
{
    make_trip();
    make_ride("held", "7, '+77015550001'");
    make_ride("completed", "NULL, '+77015550001'");
    ck_status(erase(&stand_guest, "{'telegram_id':7}"), 200);
    ck_rows(1, "ride WHERE passenger_name = 'erased'");
    ck_rows(1, "ride WHERE passenger_phone IS NOT NULL");
    ck_rows(0, "audit WHERE actor LIKE 'guest:%%' AND actor <> 'guest:erased'");
    ck_rows(1, "ride_history WHERE to_status = 'cancelled' AND actor = 'guest:erased'");
}
