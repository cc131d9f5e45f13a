// SPDX-License-Identifier: MIT
/* A year of history: its size, and the time of reading it. The gate uses a twelfth of the checks;
 * TEST_FULL=yes all 60. SQL inserts the rows of the year and history itself those of the last days,
 * so that pages are filled as in production. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <sqlite3.h>

#include "history_fixture.h"
#include "support/patience.h"
#include "support/test.h"

TEST_CASE("year", .timeout_s = 300);

enum {
    CHECKS = 60,
    CHECKS_CI = 5,
    MB = 1000 * 1000,
    PAST_LIMIT_MS = 50,
    WRITE_LIMIT_MS = 100,
    LIVE_WRITES = 2 * 720
};
#define T0 (INT64_C(20000) * HISTORY_DAY_US)

static bool is_whole(void)
{
    const char *full = getenv("TEST_FULL");

    return full != NULL && strcmp(full, "yes") == 0;
}

/* CPU time, because others use the machine. */
static int64_t cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

PRINTF_LIKE(2, 3) static void fill(const struct history_fixture *fixture, const char *format, ...)
{
    sqlite3 *connection;
    char sql[1024];
    char *error = NULL;
    va_list values;

    va_start(values, format);
    vsnprintf(sql, sizeof(sql), format, values);
    va_end(values);
    ck_assert_int_eq(sqlite3_open(fixture->path, &connection), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(connection, sql, NULL, NULL, &error) == SQLITE_OK, "%s", error);
    sqlite3_close(connection);
}

#define SERIES                                                                                     \
    " WITH RECURSIVE t(at) AS (SELECT %" PRId64 " UNION ALL SELECT at + 1 FROM t"                  \
    " WHERE at < %" PRId64 "), c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c WHERE id < %zu)"

/* All but the last two days, in the order in which health writes. */
static void fill_year(const struct history_fixture *fixture)
{
    const int64_t last_us = T0 - HISTORY_RAW_US - 1;
    const size_t checks = fixture->plan.count;

    fill(fixture,
         "INSERT INTO minute" SERIES " SELECT at, id, 6, 60000, 0, 2, 180000 + (at * 7919 + id *"
         " 104729) %% 60000, 60000 + at %% 999 FROM t, c ORDER BY at, id",
         (T0 - HISTORY_MINUTES_US) / HISTORY_MINUTE_US, last_us / HISTORY_MINUTE_US, checks);
    fill(fixture,
         "INSERT INTO hour" SERIES " SELECT at, id, 360, 3600000, at %% 7 * 1000, 2, 10800000 + at"
         " * 7919 %% 60000, 90000 + at %% 999 FROM t, c ORDER BY at, id",
         (T0 - HISTORY_HOURS_US) / HISTORY_HOUR_US, last_us / HISTORY_HOUR_US, checks);
    fill(fixture,
         "INSERT INTO day" SERIES " SELECT at, id, 8640, 86400000, at %% 7 * 10000, 2, 259200000 +"
         " at * 7919 %% 60000, 90000 + at %% 999 FROM t, c ORDER BY at, id",
         T0 / HISTORY_DAY_US - 365, last_us / HISTORY_DAY_US, checks);
}

static void sample(struct history_fixture *fixture, size_t check)
{
    const int64_t at_us = now_wall_us() + (int64_t)check * 100 * US_PER_MS;

    history_add_sample(fixture->history, check, VERDICT_GREEN, at_us,
                       (int64_t)(1000 + ((uint64_t)at_us * 7919 + check * 104729) % 60000));
}

/* The last two days, written by history itself, many at once. */
static void fill_days(struct history_fixture *fixture, void *data)
{
    for (size_t waiting = 0; now_wall_us() < T0; now_advance_us(10 * US_PER_S)) {
        for (size_t check = 0; check < fixture->plan.count; check++)
            sample(fixture, check);
        waiting += fixture->plan.count;
        if (waiting + fixture->plan.count <= 4096)
            continue;
        FINE(history_write(fixture->history, &fault));
        waiting = 0;
    }
    FINE(history_write(fixture->history, &fault));
}

struct reading_trends {
    struct trend *trends;
    int64_t took_us;
};

static void read_trends(struct history_fixture *fixture, void *data)
{
    struct reading_trends *reading = data;
    int64_t began;

    FINE(history_read_trends(fixture->history, now_wall_us(), reading->trends, &fault));
    reading->took_us = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        began = cpu_us();
        FINE(history_read_trends(fixture->history, now_wall_us(), reading->trends, &fault));
        if (cpu_us() - began < reading->took_us)
            reading->took_us = cpu_us() - began;
    }
}

struct living {
    int64_t longest_us; /* write */
    int64_t all_us;
};

/* Two more hours, so that the oldest rows are deleted while new ones are added. */
static void live_on(struct history_fixture *fixture, void *data)
{
    struct living *living = data;

    for (int i = 0; i < LIVE_WRITES; i++) {
        const int64_t began = cpu_us();

        for (size_t check = (size_t)i % 2; check < fixture->plan.count; check += 2)
            sample(fixture, check);
        now_advance_us(5 * US_PER_S);
        FINE(history_write(fixture->history, &fault));
        const int64_t took_us = cpu_us() - began;
        living->all_us += took_us;
        if (took_us > living->longest_us)
            living->longest_us = took_us;
    }
}

TEST(year_of_history_is_small_and_fast)
{
    const size_t checks = is_whole() ? CHECKS : CHECKS_CI;
    struct history_fixture fixture;
    struct reading_trends reading = {.trends = calloc(checks, sizeof(struct trend))};
    struct living living = {0};
    int64_t before, after;

    now_freeze(T0 - HISTORY_RAW_US, 0);
    history_fixture_open(&fixture, checks, 10000);
    fill_year(&fixture);
    history_fixture_run(&fixture, fill_days, NULL);
    history_fixture_restart(&fixture);
    before = history_fixture_bytes(&fixture);
    history_fixture_run(&fixture, live_on, &living);
    after = history_fixture_bytes(&fixture);
    history_fixture_run(&fixture, read_trends, &reading);
    printf("%zu checks: %.1f MB, %.1f MB after two hours more; past in %.1f ms; a write in %.2f"
           " ms, the longest in %.1f ms\n",
           checks, (double)before / MB, (double)after / MB, (double)reading.took_us / 1000,
           (double)living.all_us / LIVE_WRITES / 1000, (double)living.longest_us / 1000);
    /* In proportion, and a log of 4 MiB. */
    ck_assert_int_lt(after,
                     (int64_t)checks * 100 * MB / CHECKS + (is_whole() ? 0 : 4 * 1024 * 1024));
    ck_assert(!is_timed() || reading.took_us < PAST_LIMIT_MS * US_PER_MS);
    ck_assert(!is_timed() || living.longest_us < WRITE_LIMIT_MS * US_PER_MS);
    ck_assert_double_gt((double)reading.trends[0].year, 0.99);
    ck_assert_double_lt((double)reading.trends[0].year, 1.0);
    ck_assert_double_eq((double)reading.trends[0].day, (double)reading.trends[checks - 1].day);
    free(reading.trends);
    history_fixture_close(&fixture);
    now_thaw();
}
