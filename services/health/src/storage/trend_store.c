// SPDX-License-Identifier: MIT
/* SQL that reads trends and points of checks from the disk, for the page and the API. */
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"

#include "storage/disk.h"
#include "storage/history_private.h"

enum { WEEK_DAYS = 7, MONTH_DAYS = 30, YEAR_DAYS = 365, DAY_HOURS = 24 };

/* Time with a known verdict, and the part of this time with a red verdict. */
struct share {
    int64_t known_ms, bad_ms;
};

struct sums {
    struct share day, week, month, year;
    int64_t first_day, first_hour, first_minute; /* first units with a known verdict; 0: none */
};

struct trends {
    const struct plan *plan;
    int64_t now_us;
    int64_t first; /* time of the first row to read, in units of the table */
    int64_t ids[CHECKS_MAX];
    struct {
        struct sums sums;
        struct trend trend;
    } checks[];
};

static void add_row_to_share(struct share *share, sqlite3_stmt *row)
{
    share->known_ms += sqlite3_column_int64(row, 2);
    share->bad_ms += sqlite3_column_int64(row, 3);
}

static float up_time_share(const struct share *share)
{
    return share->known_ms > 0 ? 1 - (float)((double)share->bad_ms / (double)share->known_ms) : NAN;
}

/* If `first_time` is still 0 and the row has a known verdict, sets it to the row's time, in units
 * of the table. Call it in the order of time. */
static void set_first_known_time_once(int64_t *first_time, sqlite3_stmt *row)
{
    if (*first_time == 0 && sqlite3_column_int64(row, 2) > 0)
        *first_time = sqlite3_column_int64(row, 0);
}

static int64_t known_since_us(const struct sums *sums)
{
    if (sums->first_hour * HISTORY_HOUR_US / HISTORY_DAY_US != sums->first_day)
        return sums->first_day * HISTORY_DAY_US;
    if (sums->first_minute * HISTORY_MINUTE_US / HISTORY_HOUR_US != sums->first_hour)
        return sums->first_hour * HISTORY_HOUR_US;
    return sums->first_minute * HISTORY_MINUTE_US;
}

/* Reads the id that a check of the plan has in the file. Rows of checks that are not in the plan
 * are ignored. */
static void read_check_id(sqlite3_stmt *row, void *data)
{
    struct trends *trends = data;
    const char *name = (const char *)sqlite3_column_text(row, 1);
    const struct check *check = plan_find(trends->plan, slice_of(name));

    if (check != NULL)
        trends->ids[check - trends->plan->checks] = sqlite3_column_int64(row, 0);
}

/* The plan's index of the check with this id in the file; plan->count: it is not in the plan. */
static size_t check_index_of_id(const struct trends *trends, int64_t id)
{
    size_t i = 0;

    while (i < trends->plan->count && trends->ids[i] != id)
        i++;
    return i;
}

static void add_day_row(sqlite3_stmt *row, void *data)
{
    struct trends *trends = data;
    const int64_t ago = trends->now_us / HISTORY_DAY_US - sqlite3_column_int64(row, 0);
    const size_t check = check_index_of_id(trends, sqlite3_column_int64(row, 1));
    struct sums *sums = &trends->checks[check].sums;
    struct share own = {0};

    if (check == trends->plan->count || ago < 0)
        return;
    add_row_to_share(&own, row);
    if (ago < TREND_DAYS)
        trends->checks[check].trend.days[TREND_DAYS - 1 - ago] = up_time_share(&own);
    set_first_known_time_once(&sums->first_day, row);
    add_row_to_share(&sums->year, row);
    if (ago < MONTH_DAYS)
        add_row_to_share(&sums->month, row);
    if (ago < WEEK_DAYS)
        add_row_to_share(&sums->week, row);
}

static void add_hour_row(sqlite3_stmt *row, void *data)
{
    struct trends *trends = data;
    const size_t check = check_index_of_id(trends, sqlite3_column_int64(row, 1));

    if (check == trends->plan->count)
        return;
    set_first_known_time_once(&trends->checks[check].sums.first_hour, row);
    add_row_to_share(&trends->checks[check].sums.day, row);
}

static void add_minute_row(sqlite3_stmt *row, void *data)
{
    struct trends *trends = data;
    const int64_t at = sqlite3_column_int64(row, 0) - trends->first;
    const size_t check = check_index_of_id(trends, sqlite3_column_int64(row, 1));

    if (check == trends->plan->count || at < 0 || at >= TREND_POINTS)
        return;
    set_first_known_time_once(&trends->checks[check].sums.first_minute, row);
    trends->checks[check].trend.latency_ms[at] = (float)(sqlite3_column_double(row, 4) / US_PER_MS);
}

void history_trend_clear(struct trend *trend)
{
    *trend = (struct trend){.day = NAN, .week = NAN, .month = NAN, .year = NAN};
    for (size_t day = 0; day < TREND_DAYS; day++)
        trend->days[day] = NAN;
    for (size_t point = 0; point < TREND_POINTS; point++)
        trend->latency_ms[point] = NAN;
}

static void set_trend_shares(const struct sums *sums, struct trend *trend)
{
    trend->since_us = known_since_us(sums);
    trend->day = up_time_share(&sums->day);
    trend->week = up_time_share(&sums->week);
    trend->month = up_time_share(&sums->month);
    trend->year = up_time_share(&sums->year);
}

#define ROWS(table)                                                                                \
    "SELECT at, check_id, known_ms, bad_ms, sum_us * 1.0 / count FROM " table                      \
    " WHERE at >= ?1 ORDER BY at"

static bool read_trends_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const struct {
        const char *sql;
        int64_t unit_us;
        int64_t units;
        sqlite_row_fn *row;
    } parts[] = {
        {ROWS("day"),    HISTORY_DAY_US,    YEAR_DAYS,     add_day_row   },
        {ROWS("hour"),   HISTORY_HOUR_US,   DAY_HOURS + 1, add_hour_row  },
        {ROWS("minute"), HISTORY_MINUTE_US, TREND_POINTS,  add_minute_row},
    };
    static const char ids[] = "SELECT id, name FROM check_name";
    struct trends *trends = data;

    for (size_t i = 0; i < trends->plan->count; i++)
        history_trend_clear(&trends->checks[i].trend);
    if (!sqlite_select(sqlite, ids, SQLITE_NO_VALUES, read_check_id, trends, fault))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        trends->first = trends->now_us / parts[i].unit_us - parts[i].units + 1;
        if (!sqlite_select(sqlite, parts[i].sql, SQLITE_VALUES(trends->first), parts[i].row, trends,
                           fault))
            return false;
    }
    for (size_t i = 0; i < trends->plan->count; i++)
        set_trend_shares(&trends->checks[i].sums, &trends->checks[i].trend);
    return true;
}

bool history_read_trends(struct history *history, int64_t now_us, struct trend *out,
                         struct fault *fault)
{
    const size_t count = history->plan->count;
    const size_t bytes = sizeof(struct trends) + count * sizeof(((struct trends *)0)->checks[0]);
    auto_free struct trends *trends = fault_calloc(bytes, "pasts", fault);

    if (trends == NULL)
        return false;
    trends->plan = history->plan;
    trends->now_us = now_us;
    if (!disk_run_in_transaction(history->disk, read_trends_in_tx, trends, bytes, fault))
        return false;
    for (size_t i = 0; i < count; i++)
        out[i] = trends->checks[i].trend;
    return true;
}

/* --- points of one check --- */

struct points {
    const struct check *check;
    int64_t from_us, to_us;
    const struct resolution *resolution;
    size_t room, count;
    struct trend_point points[];
};

#define POINTS(table, seen, latency)                                                               \
    "SELECT at, " seen ", " latency " FROM " table                                                 \
    " WHERE check_id = (SELECT id FROM check_name WHERE name = ?1) AND at >= ?2 AND at <= ?3 "     \
    "ORDER BY at DESC LIMIT ?4"
#define MEAN "sum_us * 1.0 / count"

/* The table to read: the first row whose span is at least that of the query. */
static const struct resolution {
    int64_t span_us;
    int64_t unit_us;
    const char *sql;
} resolutions[] = {
    {2 * HISTORY_HOUR_US, US_PER_MS,         POINTS("sample", "1 << verdict", "took_us")},
    {HISTORY_DAY_US,      HISTORY_MINUTE_US, POINTS("minute", "seen",         MEAN)     },
    {60 * HISTORY_DAY_US, HISTORY_HOUR_US,   POINTS("hour",   "seen",         MEAN)     },
    {INT64_MAX,           HISTORY_DAY_US,    POINTS("day",    "seen",         MEAN)     },
};

/* The worst of the verdicts in the bit set `verdict_bits`. */
static enum verdict worst_verdict_of(int64_t verdict_bits)
{
    static const enum verdict worst_first[] = {VERDICT_RED,      VERDICT_AFFECTED, VERDICT_YELLOW,
                                               VERDICT_SILENCED, VERDICT_GREEN,    VERDICT_UNKNOWN};
    size_t at = 0;

    while (worst_first[at] != VERDICT_UNKNOWN && (verdict_bits >> worst_first[at] & 1) == 0)
        at++;
    return worst_first[at];
}

static void add_point_row(sqlite3_stmt *row, void *data)
{
    struct points *points = data;

    if (points->count == points->room)
        return;
    points->points[points->count++] = (struct trend_point){
        .at_us = sqlite3_column_int64(row, 0) * points->resolution->unit_us,
        .worst = worst_verdict_of(sqlite3_column_int64(row, 1)),
        .latency_ms = (float)(sqlite3_column_double(row, 2) / US_PER_MS),
    };
}

static bool read_points_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    struct points *points = data;
    const struct resolution *resolution = points->resolution;

    return sqlite_select(sqlite, resolution->sql,
                         SQLITE_VALUES(points->check->name, points->from_us / resolution->unit_us,
                                       points->to_us / resolution->unit_us, (int64_t)points->room),
                         add_point_row, points, fault);
}

bool history_read_points(struct history *history, const struct check *check, int64_t from_us,
                         int64_t to_us, struct trend_point *out, size_t *count, struct fault *fault)
{
    const size_t bytes = sizeof(struct points) + *count * sizeof *out;
    auto_free struct points *points = fault_calloc(bytes, "points", fault);

    if (points == NULL)
        return false;
    points->check = check;
    points->from_us = from_us;
    points->to_us = to_us;
    points->room = *count;
    points->resolution = &resolutions[0];
    while (to_us - from_us > points->resolution->span_us)
        points->resolution++;
    if (!disk_run_in_transaction(history->disk, read_points_in_tx, points, bytes, fault))
        return false;
    *count = points->count;
    for (size_t i = 0; i < points->count; i++)
        out[i] = points->points[points->count - 1 - i];
    return true;
}
