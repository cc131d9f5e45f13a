// SPDX-License-Identifier: MIT
/* trip_load: it equals the sum of the rides that take seats, whichever statement writes them, and
 * no segment is oversold. */
#include "rides_fixture.h"

static const char *trip;

/* Four stops, so three segments; four seats, two child seats, 16 units of cargo. */
static void begin(void)
{
    static char id[UUID_TEXT_LEN + 1];
    const struct uuid made = uuid_make();

    rides_begin();
    uuid_format(&made, id);
    stand_sql("INSERT INTO trip (id, tenant_id, driver_id, car_id, stops, segment_prices,"
              " departs_at, arrives_at, busy, seats) SELECT '%s', tenant_id, driver_id, id,"
              " '[1,2,3,4]', '[300000,250000,100000]', now() + interval '1 day',"
              " now() + interval '30 hours', tstzrange(now() + interval '1 day',"
              " now() + interval '31 hours'), 4 FROM car",
              id);
    stand_sql("INSERT INTO trip_load (trip_id, segments, seats, cargo_units, child_seats,"
              " seat_load, cargo_load, child_load)"
              " VALUES ('%s', 3, 4, 16, 2, '{0,0,0}', '{0,0,0}', '{0,0,0}')",
              id);
    trip = id;
}

#define RIDE                                                                                       \
    "INSERT INTO ride (id, tenant_id, code, kind, status, trip_id, from_stop, to_stop,"            \
    " from_place, to_place, seats, seat_load, cargo_load, child_load, passenger_name, lines,"      \
    " total, deposit, policy, expires_at) SELECT gen_random_uuid(), tenant_id,"                    \
    " md5(random()::text), 'seat', '%s', id, %d, %d, 'almaty', 'taraz', %d, %d, %d, %d, 'А',"     \
    " '[]', 0, 0, 'moderate', now() + interval '10 minutes' FROM trip"

static void put_ride(const char *status, int from, int to, int seats, int cargo, int child)
{
    stand_sql(RIDE, status, from, to, seats, seats, cargo, child);
}

static const char *loads(void)
{
    return stand_text("SELECT concat(seat_load, cargo_load, child_load) FROM trip_load");
}

/* A second session on the tables of this test. */
static PGconn *other_session(void)
{
    return stand_hold("SET LOCAL search_path = test_rides_load, public");
}

/* The statement must be refused with 23514 of this constraint. */
static void ck_oversold(const char *constraint, const char *sql)
{
    PGconn *pg = other_session();
    PGresult *result = PQexec(pg, sql);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

    ck_assert_msg(state != NULL && strcmp(state, "23514") == 0, "%s: %s", sql,
                  PQresultErrorMessage(result));
    ck_assert_str_eq(name, constraint);
    PQclear(result);
    PQfinish(pg);
}

static const char *ride_sql(int from, int to, int seats, int cargo, int child)
{
    return textf(RIDE, "held", from, to, seats, seats, cargo, child);
}

TEST_CASE("rides_load", .setup = begin, .teardown = stand_end);

TEST(trip_load_follows_every_ride_write)
{
    put_ride("held", 0, 2, 2, 1, 1);
    ck_assert_str_eq(loads(), "{2,2,0}{1,1,0}{1,1,0}");
    put_ride("confirmed", 1, 3, 1, 8, 0);
    ck_assert_str_eq(loads(), "{2,3,1}{1,9,8}{1,1,0}");
    put_ride("expired", 0, 3, 4, 0, 0);
    ck_assert_str_eq(loads(), "{2,3,1}{1,9,8}{1,1,0}");
    stand_sql("UPDATE ride SET status = 'confirmed' WHERE status = 'held'");
    ck_assert_str_eq(loads(), "{2,3,1}{1,9,8}{1,1,0}");
    stand_sql("UPDATE ride SET status = 'cancelled' WHERE from_stop = 0 AND seats = 2");
    ck_assert_str_eq(loads(), "{0,1,1}{0,8,8}{0,0,0}");
    stand_sql("UPDATE ride SET from_stop = 0, to_stop = 2 WHERE status = 'confirmed'");
    ck_assert_str_eq(loads(), "{1,1,0}{8,8,0}{0,0,0}");
    stand_sql("DELETE FROM ride");
    ck_assert_str_eq(loads(), "{0,0,0}{0,0,0}{0,0,0}");
}

TEST(constraint_refuses_oversold_segment)
{
    put_ride("held", 0, 1, 3, 0, 2);
    put_ride("held", 1, 2, 4, 16, 0);
    ck_oversold("trip_load_seats", ride_sql(0, 1, 2, 0, 0));
    ck_oversold("trip_load_seats", ride_sql(0, 3, 1, 0, 0));
    ck_oversold("trip_load_cargo", ride_sql(1, 3, 0, 1, 0));
    ck_oversold("trip_load_child", ride_sql(0, 1, 1, 0, 1));
    put_ride("held", 2, 3, 4, 16, 2);
    put_ride("held", 0, 1, 1, 0, 0);
    ck_assert_str_eq(loads(), "{4,4,4}{0,16,16}{2,0,2}");
}

/* Writing past the end of an array pads it with NULL, and ALL passes over NULL. */
TEST(ride_past_last_stop_is_refused)
{
    ck_oversold("trip_load_seats", ride_sql(2, 5, 1, 0, 0));
    ck_oversold("trip_load_seats", ride_sql(4, 6, 1, 0, 0));
    ck_assert_str_eq(loads(), "{0,0,0}{0,0,0}{0,0,0}");
}

TEST(seats_cannot_drop_below_load)
{
    put_ride("confirmed", 0, 1, 3, 0, 0);
    stand_sql("UPDATE trip_load SET seats = 3");
    ck_oversold("trip_load_seats", "UPDATE trip_load SET seats = 2");
}

/* Both sessions read four free seats, then both take three. */
TEST(constraint_refuses_second_concurrent_order)
{
    PGconn *other = other_session();

    PQclear(PQexec(other, "SELECT 4 - max(load) FROM trip_load, unnest(seat_load) load"));
    ck_sql(4, "SELECT 4 - max(load) FROM trip_load, unnest(seat_load) load");
    put_ride("held", 0, 2, 3, 0, 0);
    PGresult *result = PQexec(other, ride_sql(1, 3, 3, 0, 0));
    ck_assert_str_eq(PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME), "trip_load_seats");
    PQclear(result);
    PQfinish(other);
    ck_assert_str_eq(loads(), "{3,3,0}{0,0,0}{0,0,0}");
}

TEST(constraint_refuses_overlapping_trips_of_driver)
{
    static const char again[] =
        "INSERT INTO trip SELECT (json_populate_record(t, json_build_object("
        "'id', gen_random_uuid(), 'status', '%s', 'departs_at', departs_at + interval '%s',"
        " 'arrives_at', arrives_at + interval '%s',"
        " 'busy', tstzrange(departs_at + interval '%s', upper(busy) + interval '%s')))).*"
        " FROM trip t WHERE id = '%s'";
    char sql[1024];

    snprintf(sql, sizeof sql, again, "scheduled", "6 h", "6 h", "6 h", "6 h", trip);
    PGconn *pg = other_session();
    PGresult *result = PQexec(pg, sql);
    ck_assert_str_eq(PQresultErrorField(result, PG_DIAG_SQLSTATE), "23P01");
    ck_assert_str_eq(PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME), "trip_driver_busy");
    PQclear(result);
    PQfinish(pg);
    stand_sql(again, "scheduled", "7 h", "7 h", "7 h", "7 h", trip);
    stand_sql(again, "cancelled", "6 h", "6 h", "6 h", "6 h", trip);
    ck_rows(3, "trip");
}

TEST(next_expiry_is_not_after_first_hold)
{
    put_ride("held", 0, 1, 1, 0, 0);
    put_ride("confirmed", 0, 1, 1, 0, 0);
    ck_rows(1, "trip_load WHERE next_expiry ="
               " (SELECT min(expires_at) FROM ride WHERE status = 'held')");
    stand_sql("UPDATE ride SET expires_at = now() + interval '1 minute' WHERE status = 'held'");
    ck_rows(1, "trip_load WHERE next_expiry ="
               " (SELECT min(expires_at) FROM ride WHERE status = 'held')");
}

/* 20 updates of a load stay in their page, so no index is written. The page has room for them even
 * while another session's snapshot keeps PostgreSQL from removing old row versions. */
TEST(load_update_is_heap_only)
{
    for (int i = 0; i < 10; i++) {
        put_ride("held", 0, 3, 1, 0, 0);
        stand_sql("DELETE FROM ride");
    }
    stand_sql("SELECT pg_stat_force_next_flush()");
    ck_assert_int_ge(stand_number("SELECT n_tup_upd FROM pg_stat_user_tables"
                                  " WHERE relid = 'trip_load'::regclass"),
                     20);
    ck_sql(0, "SELECT n_tup_upd - n_tup_hot_upd FROM pg_stat_user_tables"
              " WHERE relid = 'trip_load'::regclass");
}

TEST(load_of_blocked_driver_does_not_grow)
{
    put_ride("held", 0, 2, 1, 1, 1);
    stand_sql("UPDATE driver SET status = 'blocked'");
    ck_oversold("trip_load_blocked", ride_sql(2, 3, 1, 0, 0));
    ck_oversold("trip_load_blocked", ride_sql(2, 3, 0, 1, 0));
    ck_oversold("trip_load_blocked", ride_sql(2, 3, 0, 0, 1));
    stand_sql("UPDATE ride SET status = 'confirmed'");
    ck_assert_str_eq(loads(), "{1,1,0}{1,1,0}{1,1,0}");
    stand_sql("UPDATE ride SET status = 'cancelled'");
    ck_assert_str_eq(loads(), "{0,0,0}{0,0,0}{0,0,0}");
    stand_sql("UPDATE driver SET status = 'suspended'");
    put_ride("held", 2, 3, 1, 0, 0);
    ck_assert_str_eq(loads(), "{0,0,1}{0,0,0}{0,0,0}");
}
