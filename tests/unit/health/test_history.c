// SPDX-License-Identifier: MIT
/* Samples: writing, aggregation, deletion. */

#include "history_fixture.h"

enum { CHECKS = 4 };

static void begin(void)
{
    now_freeze(T0, 0);
    history_fixture_open(CHECKS, 10000);
}

TEST_CASE("history", .setup = begin, .teardown = history_fixture_close, .timeout_s = 60);

static void sample_every(int64_t from_us, int count, enum verdict verdict)
{
    for (int i = 0; i < count; i++)
        for (size_t check = 0; check < CHECKS; check++)
            history_add_sample(fixture.history, check, verdict, from_us + i * 10 * US_PER_S,
                               (int64_t)(check + 1) * 1000);
}

static void read_trends(struct trend *trends)
{
    ck_ok(history_read_trends(fixture.history, now_wall_us(), trends, &fault));
}

FIBER_TEST(uptime_is_a_share_of_known_time)
{
    struct trend trends[CHECKS];

    now_freeze(T0 + HISTORY_HOUR_US, 0);
    sample_every(T0, 60, VERDICT_GREEN);
    sample_every(T0 + 10 * HISTORY_MINUTE_US, 15, VERDICT_RED);
    sample_every(T0 + 20 * HISTORY_MINUTE_US, 25, VERDICT_YELLOW);
    sample_every(T0 + 30 * HISTORY_MINUTE_US, 50, VERDICT_UNKNOWN);
    history_fixture_write();
    read_trends(trends);
    for (size_t i = 0; i < CHECKS; i++) {
        const double shares[] = {(double)trends[i].day, (double)trends[i].week,
                                 (double)trends[i].month, (double)trends[i].year,
                                 (double)trends[i].days[TREND_DAYS - 1]};
        for (size_t k = 0; k < ARRAY_LEN(shares); k++)
            ck_assert_double_eq_tol(shares[k], 0.85, 1e-6);
        ck_assert(isnan(trends[i].days[TREND_DAYS - 2]));
        ck_assert_int_eq(trends[i].since_us, T0);
        /* It is 01:00: the last point is the minute that has just begun. */
        ck_assert(isnan(trends[i].latency_ms[TREND_POINTS - 1]));
        ck_assert(isnan(trends[i].latency_ms[0]));
        ck_assert_double_eq_tol((double)trends[i].latency_ms[TREND_POINTS - 61], (double)(i + 1),
                                1e-6);
    }
}

#define AT(hours, minutes) (T0 + (hours)*HISTORY_HOUR_US + (minutes)*HISTORY_MINUTE_US)

/* The time of the first sample, and the start of the known time at AT(100, 0). */
static const struct {
    const char *why;
    int64_t sample_us, since_us;
} begins[] = {
    {"in the last minute",    AT(99, 59), AT(99, 59)},
    {"in the last two hours", AT(99, 5),  AT(99, 5) },
    {"in the last day",       AT(90, 5),  AT(90, 0) },
    {"before",                AT(50, 5),  AT(48, 0) },
};

FIBER_TEST_ROWS_WHY(share_has_start_of_known_time, begins)
{
    struct trend trends[CHECKS];
    const struct trend *trend = &trends[0];

    now_freeze(row->sample_us + 10 * US_PER_S, 0);
    read_trends(trends);
    ck_assert_int_eq(trend->since_us, 0);
    sample_every(row->sample_us, 1, VERDICT_GREEN);
    history_fixture_write();
    now_advance_us(AT(100, 0) - now_wall_us());
    sample_every(AT(100, 0) - 10 * US_PER_S, 1, VERDICT_GREEN);
    history_fixture_write();
    read_trends(trends);
    ck_assert_int_eq(trend->since_us, row->since_us);
    ck_assert_double_eq((double)trend->year, 1);
}

FIBER_TEST(samples_survive_restart_and_removal_of_their_check)
{
    struct trend trends[CHECKS];

    now_freeze(T0 + HISTORY_HOUR_US, 0);
    history_add_sample(fixture.history, 2, VERDICT_GREEN, T0, 5000);
    history_add_sample(fixture.history, 1, VERDICT_RED, T0, 5000);
    /* check-001 is removed, check-002 has another index. */
    struct check second = fixture.checks[1];
    fixture.checks[1] = fixture.checks[2];
    fixture.plan.count = 2;
    history_fixture_restart();
    read_trends(trends);
    ck_assert(isnan(trends[0].day));
    ck_assert_double_eq((double)trends[1].day, 1);
    fixture.checks[2] = second;
    fixture.plan.count = 3;
    history_fixture_restart();
    read_trends(trends);
    ck_assert_double_eq((double)trends[1].day, 1);
    ck_assert_double_eq((double)trends[2].day, 0);
}

static struct {
    int64_t from_us, to_us;
    size_t count;
    struct trend_point points[TREND_HISTORY_MAX];
} asked;

static void read_points(void)
{
    asked.count = TREND_HISTORY_MAX;
    ck_ok(history_read_points(fixture.history, &fixture.checks[0], asked.from_us, asked.to_us,
                              asked.points, &asked.count, &fault));
}

static const struct {
    const char *why;
    int64_t span_us;
    size_t count; /* of points in two hours of a sample every 10 s */
    int64_t unit_us;
} spans[] = {
    {"samples",        2 * HISTORY_HOUR_US,     720, 10 * US_PER_S    },
    {"minutes",        2 * HISTORY_HOUR_US + 1, 120, HISTORY_MINUTE_US},
    {"minutes, still", HISTORY_DAY_US,          120, HISTORY_MINUTE_US},
    {"hours",          HISTORY_DAY_US + 1,      2,   HISTORY_HOUR_US  },
    {"days",           61 * HISTORY_DAY_US,     1,   HISTORY_DAY_US   },
};

FIBER_TEST_ROWS_WHY(points_have_the_resolution_of_the_span, spans)
{
    now_freeze(T0 + 2 * HISTORY_HOUR_US, 0);
    sample_every(T0, 719, VERDICT_GREEN);
    history_add_sample(fixture.history, 0, VERDICT_RED, T0 + 719 * 10 * US_PER_S, 3000);
    history_fixture_write();
    asked.to_us = T0 + 2 * HISTORY_HOUR_US - 1;
    asked.from_us = asked.to_us - row->span_us;
    read_points();
    ck_assert_uint_eq(asked.count, row->count);
    ck_assert_int_eq(asked.points[0].at_us, T0);
    if (asked.count > 1)
        ck_assert_int_eq(asked.points[1].at_us, T0 + row->unit_us);
    ck_assert_int_eq(asked.points[asked.count - 1].worst, VERDICT_RED);
    if (asked.count > 1) {
        ck_assert_int_eq(asked.points[0].worst, VERDICT_GREEN);
        ck_assert_double_eq_tol((double)asked.points[0].latency_ms, 1, 1e-6);
    }
}

FIBER_TEST(newest_points_are_returned_if_there_are_too_many)
{
    now_freeze(T0 + HISTORY_HOUR_US, 0);
    fixture.checks[0].interval_ms = 200;
    history_fixture_restart();
    for (int i = 0; i < 2000; i++)
        history_add_sample(fixture.history, 0, VERDICT_GREEN, T0 + i * 200 * US_PER_MS, 1000);
    history_fixture_write();
    asked.from_us = T0;
    asked.to_us = T0 + HISTORY_HOUR_US;
    read_points();
    ck_assert_uint_eq(asked.count, TREND_HISTORY_MAX);
    ck_assert_int_eq(asked.points[TREND_HISTORY_MAX - 1].at_us, T0 + 1999 * 200 * US_PER_MS);
}

FIBER_TEST(expired_rows_are_deleted_in_batches_and_days_stay)
{
    for (int hour = 0; hour < 3; hour++) {
        sample_every(T0 + hour * HISTORY_HOUR_US, 360, VERDICT_GREEN);
        history_fixture_write();
    }
    ck_rows(4 * 1080, "sample");
    now_advance_us(HISTORY_RAW_US + 4 * HISTORY_HOUR_US);
    history_fixture_write();
    ck_rows(4 * 1080 - 2000, "sample");
    history_fixture_write();
    history_fixture_write();
    ck_rows(0, "sample");
    ck_rows(4 * 180, "minute");
    now_advance_us(HISTORY_MINUTES_US);
    history_fixture_write();
    ck_rows(0, "minute");
    ck_rows(4 * 3, "hour");
    now_advance_us(HISTORY_HOURS_US);
    history_fixture_write();
    ck_rows(0, "hour");
    ck_query(4 * 1080, "SELECT sum(count) FROM day");
}

static bool in_time;

static void write_for_one_ms(void *data)
{
    struct fault fault;

    in_time = history_write_to_disk(fixture.history, &fault);
    if (!in_time)
        ck_assert_str_eq(fault.code, "deadline_exceeded");
    atomic_store(&disk_silent, false);
    loop_stop(fixture.loop);
}

TEST(write_that_outlives_its_fiber_counts_once)
{
    now_thaw();
    history_fixture_own_disk();
    sample_every(now_wall_us() - 3 * HISTORY_HOUR_US, 1000, VERDICT_GREEN);
    atomic_store(&disk_silent, true);
    ck_ok(fiber_start(fixture.loop, write_for_one_ms, NULL, loop_now_ns(fixture.loop) + NS_PER_MS,
                      "test", &fault));
    loop_run(fixture.loop);
    ck_assert(!in_time); /* the thread waits for the disk */
    history_fixture_restart();
    ck_rows(4000, "sample");
    ck_query(4000, "SELECT sum(count) FROM day");
}

static void read_key(void *data, const struct api_key_kept *key)
{
    *(struct api_key_kept *)data = *key;
}

FIBER_TEST(key_hashes_survive_restart_for_a_day)
{
    struct api_key_kept key = {.hash = {1}, .scopes = "health:read,health:admin", .checked_us = T0};

    key.record = (struct key_record){.id = uuid_make(),
                                     .tenant_id = uuid_make(),
                                     .rate_per_s = 50,
                                     .burst = 100,
                                     .expires_us = INT64_MIN};
    struct api_key_kept read = {0};

    history_store_key(fixture.history, &key);
    history_fixture_restart();
    history_for_each_key(fixture.history, read_key, &read);
    ck_assert_mem_eq(read.hash, key.hash, sizeof key.hash);
    ck_assert(uuid_equal(&read.record.id, &key.record.id));
    ck_assert(uuid_equal(&read.record.tenant_id, &key.record.tenant_id));
    ck_assert(uuid_is_nil(&read.record.client_id));
    ck_assert_str_eq(read.scopes, key.scopes);
    ck_assert_int_eq(read.record.rate_per_s, 50);
    ck_assert_int_eq(read.record.burst, 100);
    ck_assert_int_eq(read.record.expires_us, INT64_MIN);
    ck_assert_int_eq(read.checked_us, T0);
    key.checked_us = 0; /* revoked */
    history_store_key(fixture.history, &key);
    history_fixture_write();
    ck_rows(0, "api_key");
    key.checked_us = T0;
    history_store_key(fixture.history, &key);
    now_advance_us(HISTORY_DAY_US);
    history_fixture_write();
    ck_rows(1, "api_key");
    now_advance_us(1);
    history_fixture_write();
    ck_rows(0, "api_key");
}
