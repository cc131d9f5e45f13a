// SPDX-License-Identifier: MIT
/* Feeds for other services deliver every state at least once, in an order that loses nothing; the
 * self-check finds violations made with SQL. */
#include <stdarg.h>

#include "api/feed.h"

#include "apartments/apartment_listed.h"
#include "maintenance/selfcheck.h"
#include "stand.h"
#include "support/metric_of.h"

/* --- feeds --- */

enum { FEED_MAX = 64 };

/* A consumer with its cursor, and the last state of each id. */
struct reader {
    const struct db_statement *feed;
    struct feed_cursor cursor;
    int rows, deleted;
    struct uuid seen[FEED_MAX];
};

static const struct db_statement apartments_feed = {
    .name = "test_apartments",
    .sql = FEED_OF
    "title_ru, version, octet_length(title_ru) AS large FROM feed_apartments feed" FEED_CUT,
};
static const struct db_statement bookings_feed = {
    .name = "test_bookings",
    .sql =
        FEED_OF "status, version, octet_length(status) AS large FROM feed_bookings feed" FEED_CUT,
};

static PGconn *connect_other(void)
{
    PGconn *other = PQconnectdb(getenv("TEST_DATABASE_URL"));

    ck_assert(PQstatus(other) == CONNECTION_OK);
    PQclear(PQexec(other, "SET search_path = test_feeds, public"));
    return other;
}

static void run_on(PGconn *other, const char *format, ...) PRINTF_LIKE(2, 3);
static void run_on(PGconn *other, const char *format, ...)
{
    char sql[1024];
    va_list list;

    va_start(list, format);
    vsnprintf(sql, sizeof sql, format, list);
    va_end(list);
    PGresult *result = PQexec(other, sql);
    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK ||
                      PQresultStatus(result) == PGRES_TUPLES_OK,
                  "%s: %s", sql, PQerrorMessage(other));
    PQclear(result);
}

/* Reads two rows a page, to cross pages. */
static void read_on(struct reader *reader)
{
    int got;

    do {
        auto_rows struct db_rows rows = {0};

        ck_ok(feed_read(stand_db(), reader->feed, &reader->cursor, 2, &rows, &fault));
        got = rows.count;
        for (int i = 0; i < got; i++) {
            bool deleted;

            feed_read_row(&rows, i, &reader->cursor, &deleted);
            reader->seen[reader->rows++ % FEED_MAX] = reader->cursor.id;
            reader->deleted += deleted;
            ck_assert_int_eq(db_is_null(&rows, i, FEED_COLUMNS), deleted);
        }
    } while (got > 0);
}

/* Reads until `rows` rows have arrived, because transactions of other suites delay consumers. */
static void catch_up(struct reader *reader, int rows)
{
    reader->rows = reader->deleted = 0;
    stand_until((read_on(reader), reader->rows >= rows), "%d rows, not %d", reader->rows, rows);
    ck_assert_int_eq(reader->rows, rows);
}

static bool was_shown(const struct reader *reader, const char *id)
{
    struct uuid uuid;

    ck_assert(uuid_parse(slice_of(id), &uuid));
    for (int i = 0; i < reader->rows && i < FEED_MAX; i++) {
        if (uuid_equal(&reader->seen[i], &uuid))
            return true;
    }
    return false;
}

TEST_CASE("feeds", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(open_transaction_loses_no_rows)
{
    struct reader reader = {.feed = &bookings_feed};
    const char *apartment = stand_apartment();
    PGconn *writer = connect_other();
    struct answer early = book(&stand_guest, apartment, 10, 1);

    catch_up(&reader, 1);
    /* Gets its transaction id before the next booking and is visible after it. */
    run_on(writer, "BEGIN");
    run_on(writer, "UPDATE booking SET note = 'x' WHERE id = '%s'", early.id);
    struct answer late = ck_book(&stand_guest, apartment, 20, 1);
    catch_up(&reader, 0);
    run_on(writer, "COMMIT");
    catch_up(&reader, 2);
    ck_assert(was_shown(&reader, early.id));
    ck_assert(was_shown(&reader, late.id));
    catch_up(&reader, 0);
    PQfinish(writer);
}

/* Without the commit-order rule a row is lost, so the test above can fail. */
FIBER_TEST(reader_without_the_commit_order_rule_loses_a_row)
{
    const char *apartment = stand_apartment();
    PGconn *writer = connect_other();
    struct answer early = book(&stand_guest, apartment, 10, 1), late;

    run_on(writer, "BEGIN");
    run_on(writer, "UPDATE booking SET note = 'x' WHERE id = '%s'", early.id);
    late = book(&stand_guest, apartment, 20, 1);
    const char *place = stand_text("SELECT max(tx) FROM feed_bookings");
    run_on(writer, "COMMIT");
    ck_rows(0, "feed_bookings WHERE tx > '%s'", place);
    ck_rows(1,
            "feed_bookings a, feed_bookings b"
            " WHERE a.id = '%s' AND b.id = '%s' AND a.tx < b.tx",
            early.id, late.id);
    PQfinish(writer);
}

FIBER_TEST(feed_shows_current_state_and_deletions)
{
    struct reader bookings = {.feed = &bookings_feed}, apartments = {.feed = &apartments_feed};
    const char *apartment = stand_apartment(), *gone = stand_apartment();
    struct answer made = book(&stand_guest, apartment, 10, 1);

    catch_up(&bookings, 1);
    catch_up(&apartments, 2);
    ck_act(confirm_booking, &stand_guest, made.id, "{'phone':'+77011234567'}");
    stand_sql("UPDATE apartment SET title_ru = 'Новая' WHERE id = '%s'", apartment);
    stand_sql("DELETE FROM apartment WHERE id = '%s'", gone);
    catch_up(&bookings, 1);
    catch_up(&apartments, 2);
    ck_assert_int_eq(apartments.deleted, 1);
    ck_rows(1, "feed_bookings WHERE id = '%s' AND status = 'confirmed' AND NOT deleted", made.id);
    ck_rows(1, "feed_apartments WHERE id = '%s' AND deleted AND code IS NULL", gone);
    /* As after a restore: all rows come again, in the new epoch. */
    stand_sql("ALTER TABLE apartment ALTER feed_epoch SET DEFAULT 2;"
              "UPDATE apartment SET feed_epoch = 2");
    catch_up(&apartments, 1);
    ck_assert_int_eq(apartments.cursor.epoch, 2);
}

/* A deleted row has no columns and is never large. */
FIBER_TEST(page_of_deleted_rows_is_complete)
{
    enum { GONE = 4 };
    struct reader apartments = {.feed = &apartments_feed};
    const struct feed_cursor start = {0};
    auto_rows struct db_rows rows = {0};

    for (int i = 0; i < GONE; i++)
        stand_apartment();
    stand_sql("DELETE FROM apartment");
    catch_up(&apartments, GONE);
    ck_assert_int_eq(apartments.deleted, GONE);
    ck_ok(feed_read(stand_db(), &apartments_feed, &start, FEED_MAX, &rows, &fault));
    ck_assert_int_eq(rows.count, GONE);
}

TEST(new_reader_role_reads_only_the_feeds)
{
    stand_sql("DROP ROLE IF EXISTS late_reader; CREATE ROLE late_reader IN ROLE tapbot_feeds;"
              "SET ROLE late_reader");
    ck_rows(0, "feed_apartments");
    ck_rows(0, "feed_bookings");
    ck_sql(0, "SELECT has_table_privilege('booking', 'SELECT')::int");
    stand_sql("RESET ROLE; DROP ROLE late_reader");
}

static bool plan_has(const PGresult *plan, const char *words)
{
    for (int i = 0; i < PQntuples(plan); i++) {
        if (strstr(PQgetvalue(plan, i, 0), words) != NULL)
            return true;
    }
    return false;
}

/* Pages are merged from indexes, however large the backlog is. */
TEST(feed_page_is_read_in_index_order)
{
    static const struct {
        const struct db_statement *feed;
        const char *index;
    } feeds[] = {
        {&apartments_feed, "using apartment_fed"},
        {&bookings_feed,   "using occupancy_fed"}
    };
    PGconn *other = connect_other();

    run_on(other, "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off");
    for (size_t i = 0; i < ARRAY_LEN(feeds); i++) {
        const char *name = feeds[i].feed->name;
        PQclear(PQprepare(other, name, feeds[i].feed->sql, 0, NULL));
        PGresult *plan = PQexec(
            other,
            textf("EXPLAIN EXECUTE %s (1, '5', '00000000-0000-0000-0000-000000000000', 10)", name));
        ck_assert_msg(plan_has(plan, "Merge Append"), "%s is sorted as a whole", name);
        ck_assert_msg(plan_has(plan, feeds[i].index), "%s is not %s", name, feeds[i].index);
        PQclear(plan);
    }
    PQfinish(other);
}

/* --- the self-check --- */

static long long found(const char *name, bool *ok)
{
    struct answer answer = ask_get(get_selfcheck);
    long long count = -1;
    size_t i;
    json_t *check;

    ck_status(answer, 200);
    *ok = json_is_true(json_object_get(answer.json, "ok"));
    json_array_foreach(json_object_get(answer.json, "checks"), i, check)
    {
        if (strcmp(text_at(check, "name"), name) == 0)
            count = number_at(check, "count");
        if (*ok)
            ck_assert(json_is_true(json_object_get(check, "ok")));
    }
    return count;
}

/* The metric after a run of the task. */
static double broken(void)
{
    struct selfcheck_watch watch = {0};

    selfcheck_watch_start(&watch, stand_app()->service, 1000);
    ck_assert_double_nan(metric_of("selfcheck_broken"));
    ck_ok(selfcheck_watch_run(&watch, &fault));
    const double count = metric_of("selfcheck_broken");
    selfcheck_watch_stop(&watch);
    return count;
}

#define CHANNEL_FEED                                                                               \
    "INSERT INTO channel_feed (id, tenant_id, apartment_id, url, host, channel, stale_at, due_at)" \
    " SELECT gen_random_uuid(), tenant_id, id, 'https://a.kz', 'a.kz', 'other', now(), now()"      \
    " FROM apartment;"
/* name, statement that violates it */
static const struct {
    const char *check, *breaks;
} breaks[] = {
    {"overlaps",
     "ALTER TABLE occupancy DROP CONSTRAINT occupancy_no_overlap;"
     "INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out)"
     " SELECT gen_random_uuid(), tenant_id, apartment_id, 'block', 'blocked', check_in, check_out"
     " FROM occupancy"                                                                                     },
    {"lines_not_total",            "UPDATE booking SET total = total + 100"                                },
    {"owner_not_the_flats",        "UPDATE booking SET owner_id = gen_random_uuid()"                       },
    {"deposit_over_total",         "ALTER TABLE booking DROP CONSTRAINT booking_check;"
                           "ALTER TABLE booking DROP CONSTRAINT IF EXISTS booking_deposit_check;"
                           "UPDATE booking SET deposit = total + 100"            },
    {"refund_not_paid",            "UPDATE booking SET paid = 300, fee = 100, refund = 100"                },
    {"fee_over_total",             "UPDATE booking SET paid = total + 100, fee = total + 100, refund = 0"  },
    {"history_not_status",         "UPDATE occupancy SET status = 'cancelled'"                             },
    {"history_without_event",      "DELETE FROM outbox"                                                    },
    {"event_without_history",      "UPDATE outbox SET sequence = 7 WHERE resource_type = 'booking'"        },
    {"orphans",                    "UPDATE booking SET tenant_id = gen_random_uuid()"                      },
    {"feed_nights_free",
     CHANNEL_FEED "INSERT INTO channel_feed_night (feed_id, apartment_id, night, said, missed)"
                  " SELECT id, apartment_id, current_date + 300, true, false FROM channel_feed"            },
    {"feed_nights_without_feed",
     "INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out)"
     " SELECT gen_random_uuid(), tenant_id, id, 'feed', 'blocked', current_date + 300,"
     " current_date + 301 FROM apartment"                                                                  },
    {"conflicts_without_overlap",
     CHANNEL_FEED "INSERT INTO calendar_conflict (id, tenant_id, apartment_id, feed_id,"
                  " occupancy_id, kind, check_in, check_out) SELECT gen_random_uuid(),"
                  " o.tenant_id, o.apartment_id, f.id, o.id, 'booking', o.check_in, o.check_out"
                  " FROM occupancy o, channel_feed f LIMIT 1"                                              },
    {"expired_not_swept",          "UPDATE occupancy SET expires_at = now() - interval '1 day'"            },
    {"stays_not_completed",        "UPDATE occupancy SET status = 'confirmed', check_in = '2020-01-01', "
                            "check_out = '2020-01-02'"                          },
    {"event_lag_seconds",
     "UPDATE outbox SET tx = '9000000000000', occurred_at = now() - interval '2 minutes'"                  },
    {"listed_differs",             "UPDATE apartment SET listed = 'x', listed_shape = " APARTMENT_SHAPE
                       ", listed_version = version"                                  },
    {"stored_answers_overdue",
     "INSERT INTO idempotency (id, client_id, key, fingerprint, status, created_at) VALUES"
     " (gen_random_uuid(), gen_random_uuid(), 'k', decode(repeat('00', 32), 'hex'), 200,"
     " now() - interval '3 days')"                                                                         },
    {"ride_oversold",              "ALTER TABLE trip_load DROP CONSTRAINT trip_load_seats;"
                      "UPDATE trip_load SET seats = 0"                                },
    {"ride_load_not_sum",          "UPDATE trip_load SET seat_load = '{2}'"                                },
    {"ride_driver_overlaps",
     "ALTER TABLE trip DROP CONSTRAINT trip_driver_busy;"
     "INSERT INTO trip (id, tenant_id, driver_id, car_id, stops, segment_prices, departs_at,"
     " arrives_at, busy, seats) SELECT gen_random_uuid(), tenant_id, driver_id, car_id, stops,"
     " segment_prices, departs_at, arrives_at, busy, seats FROM trip"                                      },
    {"ride_lines_not_total",       "UPDATE ride SET total = total + 100"                                   },
    {"ride_refund_not_paid",       "UPDATE ride SET paid = 300, fee = 100, refund = 100"                   },
    {"ride_fee_over_total",        "UPDATE ride SET paid = total + 100, fee = total + 100, refund = 0"     },
    {"ride_history_not_status",    "UPDATE ride SET status = 'boarded'"                                    },
    {"ride_history_without_event", "DELETE FROM outbox"                                                    },
    {"ride_not_on_its_trip",       "UPDATE trip SET tenant_id = gen_random_uuid()"                         },
    {"ride_outlives_trip",         "UPDATE trip SET status = 'cancelled'"                                  },
    {"ride_overdue",               "UPDATE ride SET status = 'held', expires_at = now() - interval '1 day'"},
    {"offer_overdue",
     "INSERT INTO offer (id, tenant_id, ride_id, driver_id, car_id, status, price, depart_at,"
     " arrive_at, sell_rest, expires_at) SELECT id, tenant_id, id, id, id, 'pending', 100, now(),"
     " now() + interval '1 hour', true, now() - interval '1 day' FROM ride"                                },
    {"trip_overdue",
     "UPDATE trip SET departs_at = now() - interval '5 hours', arrives_at = now() - interval '4"
     " hours', busy = tstzrange(now() - interval '5 hours', now() - interval '3 hours')"                   },
    {"ride_not_blanked",
     "UPDATE ride SET status = 'completed', ended_at = now() - interval '182 days'"                        },
};

/* A confirmed ride on a trip of tomorrow, inserted with SQL. */
static void make_ride(void)
{
    static const char *const rows[] = {
        "INSERT INTO driver (id, tenant_id, name, phone, status)"
        " SELECT gen_random_uuid(), tenant_id, 'Асхат', '+77010000001', 'active' FROM owner LIMIT "
        "1",
        "INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors, year)"
        " SELECT id, tenant_id, id, 'Toyota', 'Camry', 'белый', '777ABC05', 4, 4, 2019 FROM driver",
        "INSERT INTO trip (id, tenant_id, driver_id, car_id, stops, segment_prices, departs_at,"
        " arrives_at, busy, seats) SELECT id, tenant_id, id, id, '[{\"place\":\"almaty\","
        "\"at\":\"2026-01-01T00:00:00Z\",\"point\":\"у дома\"},{}]', '[100]', at,"
        " at + interval '2 hours', tstzrange(at, at + interval '3 hours'), 4 FROM driver,"
        " (SELECT now() + interval '1 day' AS at) t",
        "INSERT INTO trip_load (trip_id, segments, seats, cargo_units, child_seats, seat_load,"
        " cargo_load, child_load) SELECT id, 1, 4, 16, 0, '{0}', '{0}', '{0}' FROM trip",
        "INSERT INTO trip_leg (trip_id, from_stop, to_stop, tenant_id, from_place, to_place,"
        " departs_at, arrives_at, seat_price) SELECT id, 0, 1, tenant_id, 'almaty', 'konaev',"
        " departs_at, arrives_at, 100 FROM trip",
        "INSERT INTO ride (id, tenant_id, code, kind, status, trip_id, from_stop, to_stop,"
        " from_place, to_place, seats, seat_load, cargo_load, child_load, passenger_name,"
        " passenger_telegram_id, passenger_phone, note, lines, total, deposit, policy)"
        " SELECT id, tenant_id, 'R7K2M9QX', 'seat', 'confirmed', id, 0, 1, 'almaty', 'konaev', 1,"
        " 1, 0, 0, 'Айгуль', 7, '+77015550001', 'с чемоданом', '[]', 0, 0, 'moderate' FROM trip",
        "INSERT INTO ride_history (ride_id, version, to_status, actor) SELECT id, version, status,"
        " 'system' FROM ride",
        "INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
        " resource_version, data) SELECT gen_random_uuid(), 'ride.confirmed', 'booking-api',"
        " version, 'ride', id, version, '{}' FROM ride",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        stand_sql("%s", rows[i]);
}

FIBER_TEST_ROWS(violated_invariant_is_counted, breaks)
{
    const char *apartment = stand_apartment();
    bool ok;

    ck_book(&stand_guest, apartment, 10, 2);
    make_ride();
    ck_assert_int_eq(found(row->check, &ok), 0);
    ck_assert(ok);
    ck_assert_double_eq(broken(), 0);
    stand_sql("%s", row->breaks);
    ck_assert_int_ge(found(row->check, &ok), 1);
    ck_assert(!ok);
    ck_assert_double_ge(broken(), 1);
}

/* Every change renews the position of a row; people are not included. */
FIBER_TEST(feeds_of_trips_and_rides_omit_people)
{
    make_ride();
    for (int i = 0; i < 2; i++) {
        ck_rows(1,
                "feed_trips t JOIN feed_rides r ON r.trip_id = t.id"
                " WHERE t.version = %d AND r.version = %d AND NOT t.deleted"
                " AND t.epoch = 1 AND r.status = 'confirmed' AND r.passenger_telegram_id = 7",
                i + 1, i + 1);
        ck_sql(0, "SELECT (SELECT count(*) FROM feed_trips f WHERE f::text ~ '(Асхат|[+]7701"
                  "|у дома|777ABC)') + (SELECT count(*) FROM feed_rides f WHERE f::text ~"
                  " '(Айгуль|[+]7701|чемодан)')");
        if (i == 0) {
            stand_sql("CREATE TEMP TABLE before AS SELECT id, tx FROM feed_trips UNION ALL SELECT"
                      " id, tx FROM feed_rides");
            stand_sql("UPDATE trip SET note = 'x'");
            stand_sql("UPDATE ride SET note = 'x'");
        }
    }
    ck_rows(4, "(SELECT id, tx FROM feed_trips UNION ALL"
               " SELECT id, tx FROM feed_rides) f JOIN before b USING (id)"
               " WHERE f.tx > b.tx"); /* trip and ride have the same id */
    stand_sql("DROP TABLE before");
}
