// SPDX-License-Identifier: MIT
/* Samples: what is written of them, what they add up to, what is deleted. */
#include <math.h>
#include <stdlib.h>

#include "history_fixture.h"

#define T0 (INT64_C(20000) * HISTORY_DAY_US) /* a midnight of UTC */

static void write_all(struct stand *stand, void *data)
{
    FINE(history_write(stand->history, &fault));
}

static void sample_every(struct stand *stand, int64_t from_us, int count, enum verdict verdict)
{
    for (int i = 0; i < count; i++)
        for (size_t check = 0; check < stand->plan.count; check++)
            history_add_sample(stand->history, check, verdict, from_us + i * 10 * US_PER_S,
                               (int64_t)(check + 1) * 1000);
}

static void read_past(struct stand *stand, void *data)
{
    FINE(history_trends(stand->history, now_wall_us(), data, &fault));
}

START_TEST(uptime_is_a_share_of_known_time)
{
    struct stand stand;
    struct trend trends[2];

    now_freeze(T0 + HISTORY_HOUR_US, 0);
    stand_open(&stand, 2, 10000);
    sample_every(&stand, T0, 60, VERDICT_GREEN);
    sample_every(&stand, T0 + 10 * HISTORY_MINUTE_US, 15, VERDICT_RED);
    sample_every(&stand, T0 + 20 * HISTORY_MINUTE_US, 25, VERDICT_YELLOW);
    sample_every(&stand, T0 + 30 * HISTORY_MINUTE_US, 50, VERDICT_UNKNOWN);
    stand_run(&stand, write_all, NULL);
    stand_run(&stand, read_past, trends);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_double_eq_tol((double)trends[i].day, 0.85, 1e-6);
        ck_assert_double_eq_tol((double)trends[i].week, 0.85, 1e-6);
        ck_assert_double_eq_tol((double)trends[i].month, 0.85, 1e-6);
        ck_assert_double_eq_tol((double)trends[i].year, 0.85, 1e-6);
        ck_assert_double_eq_tol((double)trends[i].days[TREND_DAYS - 1], 0.85, 1e-6);
        ck_assert(isnan(trends[i].days[TREND_DAYS - 2]));
        ck_assert_int_eq(trends[i].since_us, T0);
        /* It is 01:00: the last point is the minute that has just begun. */
        ck_assert(isnan(trends[i].latency_ms[TREND_POINTS - 1]));
        ck_assert(isnan(trends[i].latency_ms[0]));
        ck_assert_double_eq_tol((double)trends[i].latency_ms[TREND_POINTS - 61], (double)(i + 1),
                                1e-6);
    }
    stand_close(&stand);
    now_thaw();
}
END_TEST

#define AT(hours, minutes) (T0 + (hours)*HISTORY_HOUR_US + (minutes)*HISTORY_MINUTE_US)

/* Of the first sample, and since when a share counts at AT(100, 0). */
static const struct {
    const char *why;
    int64_t sample_us, since_us;
} begins[] = {
    {"in the last minute",    AT(99, 59), AT(99, 59)},
    {"in the last two hours", AT(99, 5),  AT(99, 5) },
    {"in the last day",       AT(90, 5),  AT(90, 0) },
    {"before",                AT(50, 5),  AT(48, 0) },
};

START_TEST(a_share_says_since_when_it_counts)
{
    struct stand stand;
    struct trend trend;

    now_freeze(begins[_i].sample_us + 10 * US_PER_S, 0);
    stand_open(&stand, 1, 10000);
    stand_run(&stand, read_past, &trend);
    ck_assert_int_eq(trend.since_us, 0);
    sample_every(&stand, begins[_i].sample_us, 1, VERDICT_GREEN);
    stand_run(&stand, write_all, NULL);
    now_advance_us(AT(100, 0) - now_wall_us());
    sample_every(&stand, AT(100, 0) - 10 * US_PER_S, 1, VERDICT_GREEN);
    stand_run(&stand, write_all, NULL);
    stand_run(&stand, read_past, &trend);
    ck_assert_msg(trend.since_us == begins[_i].since_us, "%s: %lld", begins[_i].why,
                  (long long)(trend.since_us - begins[_i].since_us));
    ck_assert_double_eq((double)trend.year, 1);
    stand_close(&stand);
    now_thaw();
}
END_TEST

START_TEST(samples_are_there_after_a_restart_and_a_check_that_comes_back_finds_its_own)
{
    struct stand stand;
    struct trend trends[3];

    now_freeze(T0 + HISTORY_HOUR_US, 0);
    stand_open(&stand, 3, 10000);
    history_add_sample(stand.history, 2, VERDICT_GREEN, T0, 5000);
    history_add_sample(stand.history, 1, VERDICT_RED, T0, 5000);
    /* check-001 is gone, check-002 moves. */
    struct check second = stand.checks[1];
    stand.checks[1] = stand.checks[2];
    stand.plan.count = 2;
    stand_restart(&stand);
    stand_run(&stand, read_past, trends);
    ck_assert(isnan(trends[0].day));
    ck_assert_double_eq((double)trends[1].day, 1);
    stand.checks[2] = second;
    stand.plan.count = 3;
    stand_restart(&stand);
    stand_run(&stand, read_past, trends);
    ck_assert_double_eq((double)trends[1].day, 1);
    ck_assert_double_eq((double)trends[2].day, 0);
    stand_close(&stand);
    now_thaw();
}
END_TEST

struct asked {
    int64_t from_us, to_us;
    size_t count;
    struct trend_point points[TREND_HISTORY_MAX];
};

static void read_points(struct stand *stand, void *data)
{
    struct asked *asked = data;

    asked->count = TREND_HISTORY_MAX;
    FINE(history_points(stand->history, 0, asked->from_us, asked->to_us, asked->points,
                        &asked->count, &fault));
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

START_TEST(points_are_as_fine_as_the_span_allows)
{
    struct stand stand;
    struct asked asked = {0};

    now_freeze(T0 + 2 * HISTORY_HOUR_US, 0);
    stand_open(&stand, 1, 10000);
    sample_every(&stand, T0, 719, VERDICT_GREEN);
    history_add_sample(stand.history, 0, VERDICT_RED, T0 + 719 * 10 * US_PER_S, 3000);
    stand_run(&stand, write_all, NULL);
    asked.to_us = T0 + 2 * HISTORY_HOUR_US - 1;
    asked.from_us = asked.to_us - spans[_i].span_us;
    stand_run(&stand, read_points, &asked);
    ck_assert_uint_eq(asked.count, spans[_i].count);
    ck_assert_int_eq(asked.points[0].at_us, T0);
    if (asked.count > 1)
        ck_assert_int_eq(asked.points[1].at_us, T0 + spans[_i].unit_us);
    ck_assert_int_eq(asked.points[asked.count - 1].worst, VERDICT_RED);
    if (asked.count > 1) {
        ck_assert_int_eq(asked.points[0].worst, VERDICT_GREEN);
        ck_assert_double_eq_tol((double)asked.points[0].latency_ms, 1, 1e-6);
    }
    stand_close(&stand);
    now_thaw();
}
END_TEST

START_TEST(the_newest_points_are_given_where_there_is_no_room_for_all)
{
    struct stand stand;
    struct asked asked = {0};

    now_freeze(T0 + HISTORY_HOUR_US, 0);
    stand_open(&stand, 1, 200);
    for (int i = 0; i < 2000; i++)
        history_add_sample(stand.history, 0, VERDICT_GREEN, T0 + i * 200 * US_PER_MS, 1000);
    stand_run(&stand, write_all, NULL);
    asked.from_us = T0;
    asked.to_us = T0 + HISTORY_HOUR_US;
    stand_run(&stand, read_points, &asked);
    ck_assert_uint_eq(asked.count, TREND_HISTORY_MAX);
    ck_assert_int_eq(asked.points[TREND_HISTORY_MAX - 1].at_us, T0 + 1999 * 200 * US_PER_MS);
    stand_close(&stand);
    now_thaw();
}
END_TEST

START_TEST(what_is_too_old_is_deleted_in_pieces_and_days_stay)
{
    struct stand stand;

    now_freeze(T0, 0);
    stand_open(&stand, 4, 10000);
    for (int hour = 0; hour < 3; hour++) {
        sample_every(&stand, T0 + hour * HISTORY_HOUR_US, 360, VERDICT_GREEN);
        stand_run(&stand, write_all, NULL);
    }
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM sample"), 4 * 1080);
    now_advance_us(HISTORY_RAW_US + 4 * HISTORY_HOUR_US);
    stand_run(&stand, write_all, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM sample"), 4 * 1080 - 2000);
    stand_run(&stand, write_all, NULL);
    stand_run(&stand, write_all, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM sample"), 0);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM minute"), 4 * 180);
    now_advance_us(HISTORY_MINUTES_US);
    stand_run(&stand, write_all, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM minute"), 0);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM hour"), 4 * 3);
    now_advance_us(HISTORY_HOURS_US);
    stand_run(&stand, write_all, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM hour"), 0);
    ck_assert_int_eq(stand_ask(&stand, "SELECT sum(count) FROM day"), 4 * 1080);
    stand_close(&stand);
    now_thaw();
}
END_TEST

static bool in_time;

static void write_for_one_ms(void *data)
{
    struct stand *stand = data;
    struct fault fault;

    in_time = history_write(stand->history, &fault);
    if (!in_time)
        ck_assert_str_eq(fault.code, "deadline_exceeded");
    loop_stop(stand->loop);
}

START_TEST(a_write_that_outlives_its_fiber_counts_once)
{
    struct stand stand;

    stand_open(&stand, 4, 10000);
    sample_every(&stand, now_wall_us() - 3 * HISTORY_HOUR_US, 1000, VERDICT_GREEN);
    FINE(fiber_start(stand.loop, write_for_one_ms, &stand, loop_now_ns(stand.loop) + NS_PER_MS,
                     "test", &fault));
    loop_run(stand.loop);
    ck_assert(!in_time); /* the thread adds 4,000 samples */
    stand_restart(&stand);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM sample"), 4000);
    ck_assert_int_eq(stand_ask(&stand, "SELECT sum(count) FROM day"), 4000);
    stand_close(&stand);
}
END_TEST

static void read_key(void *data, const struct api_key_kept *key)
{
    *(struct api_key_kept *)data = *key;
}

START_TEST(hashes_of_keys_outlive_the_process_for_a_day)
{
    struct stand stand;
    struct api_key_kept key = {
        .hash = {1, 2},
        .id = uuid_make(),
        .tenant_id = uuid_make(),
        .scopes = "health:read,health:admin",
        .rate_per_s = 50,
        .burst = 100,
        .expires_us = INT64_MIN,
        .checked_us = T0
    };
    struct api_key_kept read = {0};

    now_freeze(T0, 0);
    stand_open(&stand, 1, 10000);
    history_cache_key(stand.history, &key);
    stand_restart(&stand);
    history_cached_keys(stand.history, read_key, &read);
    ck_assert_mem_eq(read.hash, key.hash, sizeof(key.hash));
    ck_assert(uuid_equal(&read.id, &key.id));
    ck_assert(uuid_equal(&read.tenant_id, &key.tenant_id));
    ck_assert(uuid_is_nil(&read.client_id));
    ck_assert_str_eq(read.scopes, key.scopes);
    ck_assert_int_eq(read.rate_per_s, 50);
    ck_assert_int_eq(read.burst, 100);
    ck_assert_int_eq(read.expires_us, INT64_MIN);
    ck_assert_int_eq(read.checked_us, T0);
    key.checked_us = 0; /* revoked */
    history_cache_key(stand.history, &key);
    stand_run(&stand, write_all, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM api_key"), 0);
    key.checked_us = T0;
    history_cache_key(stand.history, &key);
    now_advance_us(HISTORY_DAY_US);
    stand_run(&stand, write_all, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM api_key"), 1);
    now_advance_us(1);
    stand_run(&stand, write_all, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM api_key"), 0);
    stand_close(&stand);
    now_thaw();
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("history");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, uptime_is_a_share_of_known_time);
    tcase_add_loop_test(tests, a_share_says_since_when_it_counts, 0,
                        sizeof(begins) / sizeof(begins[0]));
    tcase_add_test(tests,
                   samples_are_there_after_a_restart_and_a_check_that_comes_back_finds_its_own);
    tcase_add_loop_test(tests, points_are_as_fine_as_the_span_allows, 0,
                        sizeof(spans) / sizeof(spans[0]));
    tcase_add_test(tests, the_newest_points_are_given_where_there_is_no_room_for_all);
    tcase_add_test(tests, what_is_too_old_is_deleted_in_pieces_and_days_stay);
    tcase_add_test(tests, a_write_that_outlives_its_fiber_counts_once);
    tcase_add_test(tests, hashes_of_keys_outlive_the_process_for_a_day);
    return stand_main("history", tests);
}
