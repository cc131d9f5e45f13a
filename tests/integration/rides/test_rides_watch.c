// SPDX-License-Identifier: MIT
/* Gauges for alerts to staff; deletion of old positions; late ratings. */

#include "base/metric.h"

#include "handlers/ride_handlers.h"
#include "requests.h"

/* The value of a gauge; -1: not registered; NAN: it has none yet. */
static double gauge(const char *name)
{
    struct buf text = BUF(1024 * 1024);
    double value = -1;

    metric_print(&text);
    buf_char(&text, '\0');
    const char *line = textf("\n%s ", name);
    const char *at = strstr(buf_as_slice(&text).at, line);
    if (at != NULL)
        value = strtod(at + strlen(line), NULL);
    buf_finish(&text);
    return value;
}

TEST_CASE("rides_watch", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(watch_metrics_count_unanswered_sos_and_overdue_trips)
{
    struct rides_watch watch = {0};

    ck_assert_int_le(RIDES_WATCH_EVERY_MS, 2000);
    order_new_ride(2);
    confirm_last_ride();
    ck_status(post_action(post_sos, &rides_guest, last_ride, NULL), 201);
    stand_sql("INSERT INTO rating (id, tenant_id, ride_id, driver_id, side, stars)"
              " SELECT gen_random_uuid(), tenant_id, id, '%s', 'guest', 4 FROM ride",
              rides_driver_id());
    stand_sql("UPDATE ride SET ended_at = now() - interval '7 days'");
    /* One trip did not start, one did not end, two are on time. */
    for (int i = 0; i < 4; i++)
        stand_sql("INSERT INTO trip (id, tenant_id, driver_id, car_id, status, stops,"
                  " segment_prices, departs_at, arrives_at, busy, seats) SELECT gen_random_uuid(),"
                  " tenant_id, driver_id, car_id, '%s', stops, segment_prices, from_at, to_at,"
                  " tstzrange(from_at, to_at), 4 FROM trip, LATERAL (SELECT now() -"
                  " %d * interval '1 minute' AS from_at, now() - %d * interval '1 minute' AS to_at)"
                  " times WHERE id = '%s'",
                  i % 2 == 0 ? "scheduled" : "started", (int[]){65, 500, 59, 57}[i],
                  (int[]){64, 66, 58, 2}[i], last_trip);

    rides_watch_start(&watch, stand_service(), false);
    ck_assert_double_eq(gauge("rides_sos_unanswered"), 0);
    rides_watch_stop(&watch);
    rides_watch_start(&watch, stand_service(), true);
    ck_assert_double_nan(gauge("rides_sos_unanswered"));
    wait_for("(SELECT sum(rating_count) FROM driver) > 0");
    ck_assert_double_eq(gauge("rides_sos_unanswered"), 1);
    ck_assert_double_eq(gauge("rides_trips_overdue"), 2);
    ck_sql(401, "SELECT 100 * rating_sum + rating_count FROM driver WHERE id = '%s'",
           rides_driver_id());
    rides_watch_stop(&watch);
    ck_assert_double_eq(gauge("rides_sos_unanswered"), -1);
}

/* The sweeper does it, because it also runs while rides are switched off. */
FIBER_TEST(location_is_deleted_an_hour_after_trip)
{
    struct periodic sweeper;
    char ended[40];

    for (int i = 0; i < 2; i++) {
        snprintf(ended, sizeof ended, "%s", last_trip);
        publish_trip(30 + 10 * i, "");
        stand_sql("INSERT INTO trip_location (trip_id, tenant_id, lat, lon, at)"
                  " SELECT id, tenant_id, 43, 77, now() FROM trip WHERE id = '%s'",
                  last_trip);
    }
    ck_status(post_action(cancel_trip, &rides_driver, ended, NULL), 200);
    stand_sql("UPDATE trip_history SET at = at - interval '1 hour' WHERE to_status = 'cancelled'");
    stand_sql("ALTER TABLE trip DISABLE TRIGGER trip_changed");
    stand_sql("UPDATE trip SET updated_at = now() - interval '1 hour' WHERE status = 'cancelled'");
    stand_sql("ALTER TABLE trip ENABLE TRIGGER trip_changed");
    rides_sweeper_start(&sweeper, stand_service(), 20);
    wait_for("(SELECT count(*) FROM trip_location) = 1");
    periodic_stop(&sweeper);
    ck_sql_text(last_trip, "SELECT trip_id FROM trip_location");
}
