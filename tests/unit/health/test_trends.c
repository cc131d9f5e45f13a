// SPDX-License-Identifier: MIT
/* A year of history: its size, and the time of reading it. The gate uses a twelfth of the checks;
 * TEST_FULL=yes all 60. SQL inserts the rows of the year and history itself those of the last days,
 * so that pages are filled as in production. */
#include <inttypes.h>
#include <stdarg.h>

#include "history_fixture.h"
#include "support/patience.h"

enum {
    CHECKS = 60,
    CHECKS_CI = 5,
    MB = 1000 * 1000,
    PAST_LIMIT_MS = 50,
    WRITE_LIMIT_MS = 100,
    LIVE_WRITES = 2 * 720
};

static bool is_whole(void)
{
    const char *full = getenv("TEST_FULL");

    return full != NULL && strcmp(full, "yes") == 0;
}

static void begin(void)
{
    now_freeze(T0 - HISTORY_RAW_US, 0);
    history_fixture_open(is_whole() ? CHECKS : CHECKS_CI, 10000);
}

TEST_CASE("year", .setup = begin, .teardown = history_fixture_close, .timeout_s = 300);

/* CPU time, because others use the machine. */
static int64_t cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

PRINTF_LIKE(1, 2) static void fill(const char *format, ...)
{
    char sql[1024];
    va_list values;

    va_start(values, format);
    vsnprintf(sql, sizeof sql, format, values);
    va_end(values);
    history_fixture_script(sql);
}

#define SERIES                                                                                     \
    " WITH RECURSIVE t(at) AS (SELECT %" PRId64 " UNION ALL SELECT at + 1 FROM t"                  \
    " WHERE at < %" PRId64 "), c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c WHERE id < %zu)"

/* All but the last two days, in the order in which health writes. */
static void fill_year(void)
{
    const int64_t last_us = T0 - HISTORY_RAW_US - 1;
    const size_t checks = fixture.plan.count;

    fill("INSERT INTO minute" SERIES " SELECT at, id, 6, 60000, 0, 2, 180000 + (at * 7919 + id *"
         " 104729) %% 60000, 60000 + at %% 999 FROM t, c ORDER BY at, id",
         (T0 - HISTORY_MINUTES_US) / HISTORY_MINUTE_US, last_us / HISTORY_MINUTE_US, checks);
    fill("INSERT INTO hour" SERIES " SELECT at, id, 360, 3600000, at %% 7 * 1000, 2, 10800000 + at"
         " * 7919 %% 60000, 90000 + at %% 999 FROM t, c ORDER BY at, id",
         (T0 - HISTORY_HOURS_US) / HISTORY_HOUR_US, last_us / HISTORY_HOUR_US, checks);
    fill("INSERT INTO day" SERIES " SELECT at, id, 8640, 86400000, at %% 7 * 10000, 2, 259200000 +"
         " at * 7919 %% 60000, 90000 + at %% 999 FROM t, c ORDER BY at, id",
         T0 / HISTORY_DAY_US - 365, last_us / HISTORY_DAY_US, checks);
}

static void sample(size_t check)
{
    const int64_t at_us = now_wall_us() + (int64_t)check * 100 * US_PER_MS;

    history_add_sample(fixture.history, check, VERDICT_GREEN, at_us,
                       (int64_t)(1000 + ((uint64_t)at_us * 7919 + check * 104729) % 60000));
}

/* The last two days, written by history itself, many at once. */
static void fill_days(void)
{
    for (size_t waiting = 0; now_wall_us() < T0; now_advance_us(10 * US_PER_S)) {
        for (size_t check = 0; check < fixture.plan.count; check++)
            sample(check);
        waiting += fixture.plan.count;
        if (waiting + fixture.plan.count <= 4096)
            continue;
        history_fixture_write();
        waiting = 0;
    }
    history_fixture_write();
}

static struct trend trends[CHECKS];

static int64_t read_trends(void)
{
    int64_t least_us = INT64_MAX;

    for (int i = 0; i < 6; i++) {
        const int64_t began = cpu_us();
        ck_ok(history_read_trends(fixture.history, now_wall_us(), trends, &fault));
        const int64_t took_us = cpu_us() - began;
        if (i > 0 && took_us < least_us)
            least_us = took_us;
    }
    return least_us;
}

struct living {
    int64_t longest_us; /* write */
    int64_t all_us;
};

/* Two more hours, so that the oldest rows are deleted while new ones are added. */
static void live_on(struct living *living)
{
    for (int i = 0; i < LIVE_WRITES; i++) {
        const int64_t began = cpu_us();

        for (size_t check = (size_t)i % 2; check < fixture.plan.count; check += 2)
            sample(check);
        now_advance_us(5 * US_PER_S);
        history_fixture_write();
        const int64_t took_us = cpu_us() - began;
        living->all_us += took_us;
        if (took_us > living->longest_us)
            living->longest_us = took_us;
    }
}

FIBER_TEST(year_of_history_is_small_and_fast)
{
    const size_t checks = fixture.plan.count;
    struct living living = {0};

    fill_year();
    fill_days();
    history_fixture_restart();
    const int64_t before = history_fixture_bytes();
    live_on(&living);
    const int64_t after = history_fixture_bytes();
    const int64_t read_us = read_trends();
    printf("%zu checks: %.1f MB, %.1f MB after two hours more; past in %.1f ms; a write in %.2f"
           " ms, the longest in %.1f ms\n",
           checks, (double)before / MB, (double)after / MB, (double)read_us / 1000,
           (double)living.all_us / LIVE_WRITES / 1000, (double)living.longest_us / 1000);
    /* In proportion, and a log of 4 MiB. */
    ck_assert_int_lt(after,
                     (int64_t)checks * 100 * MB / CHECKS + (is_whole() ? 0 : 4 * 1024 * 1024));
    ck_assert(!is_timed() || read_us < PAST_LIMIT_MS * US_PER_MS);
    ck_assert(!is_timed() || living.longest_us < WRITE_LIMIT_MS * US_PER_MS);
    ck_assert_double_gt((double)trends[0].year, 0.99);
    ck_assert_double_lt((double)trends[0].year, 1.0);
    ck_assert_double_eq((double)trends[0].day, (double)trends[checks - 1].day);
}
