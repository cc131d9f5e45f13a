// SPDX-License-Identifier: MIT
/* What the page and the API show of a check's past, from the file. */
#include <math.h>
#include <stdlib.h>

#include "storage/incident_store.h"

enum { WEEK_DAYS = 7, MONTH_DAYS = 30, YEAR_DAYS = 365, DAY_HOURS = 24 };

/* Time with a verdict, and of it the time that was bad. */
struct share {
    int64_t known_ms, bad_ms;
};

/* Of one check, as it is added up. */
struct sum {
    int64_t id;
    struct share day, week, month, year;
    int64_t first_day, first_hour, first_minute; /* of which a verdict is known; 0: none */
};

struct pasts {
    struct disk *disk;
    int64_t now_us;
    int64_t first; /* unit of the first row that is read */
    size_t count;
    struct past *out; /* behind `sums` */
    struct sum sums[];
};

static void share_add(struct share *share, sqlite3_stmt *row)
{
    share->known_ms += sqlite3_column_int64(row, 2);
    share->bad_ms += sqlite3_column_int64(row, 3);
}

static float share_up(const struct share *share)
{
    return share->known_ms > 0 ? 1 - (float)((double)share->bad_ms / (double)share->known_ms) : NAN;
}

/* Rows come in the order of time. */
static void note_first(int64_t *first, sqlite3_stmt *row)
{
    if (*first == 0 && sqlite3_column_int64(row, 2) > 0)
        *first = sqlite3_column_int64(row, 0);
}

static int64_t since_of(const struct sum *sum)
{
    if (sum->first_hour * HISTORY_HOUR_US / HISTORY_DAY_US != sum->first_day)
        return sum->first_day * HISTORY_DAY_US;
    if (sum->first_minute * HISTORY_MINUTE_US / HISTORY_HOUR_US != sum->first_hour)
        return sum->first_hour * HISTORY_HOUR_US;
    return sum->first_minute * HISTORY_MINUTE_US;
}

/* The check's place in the plan; `count` where it is not there. Numbers of a plan nearly always
 * follow one another. */
static size_t check_of(const struct pasts *pasts, int64_t id)
{
    const int64_t guess = id - pasts->sums[0].id;

    if (guess >= 0 && (size_t)guess < pasts->count && pasts->sums[guess].id == id)
        return (size_t)guess;
    for (size_t i = 0; i < pasts->count; i++)
        if (pasts->sums[i].id == id)
            return i;
    return pasts->count;
}

static void day_row(sqlite3_stmt *row, void *data)
{
    struct pasts *pasts = data;
    const int64_t ago = pasts->now_us / HISTORY_DAY_US - sqlite3_column_int64(row, 0);
    const size_t check = check_of(pasts, sqlite3_column_int64(row, 1));
    struct share own = {0};

    if (check == pasts->count || ago < 0)
        return;
    share_add(&own, row);
    if (ago < PAST_DAYS)
        pasts->out[check].days[PAST_DAYS - 1 - ago] = share_up(&own);
    note_first(&pasts->sums[check].first_day, row);
    share_add(&pasts->sums[check].year, row);
    if (ago < MONTH_DAYS)
        share_add(&pasts->sums[check].month, row);
    if (ago < WEEK_DAYS)
        share_add(&pasts->sums[check].week, row);
}

static void hour_row(sqlite3_stmt *row, void *data)
{
    struct pasts *pasts = data;
    const size_t check = check_of(pasts, sqlite3_column_int64(row, 1));

    if (check == pasts->count)
        return;
    note_first(&pasts->sums[check].first_hour, row);
    share_add(&pasts->sums[check].day, row);
}

static void minute_row(sqlite3_stmt *row, void *data)
{
    struct pasts *pasts = data;
    const int64_t at = sqlite3_column_int64(row, 0) - pasts->first;
    const size_t check = check_of(pasts, sqlite3_column_int64(row, 1));

    if (check == pasts->count || at < 0 || at >= PAST_POINTS)
        return;
    note_first(&pasts->sums[check].first_minute, row);
    pasts->out[check].latency_ms[at] = (float)(sqlite3_column_double(row, 4) / US_PER_MS);
}

static void pasts_begin(struct pasts *pasts)
{
    for (size_t i = 0; i < pasts->count; i++) {
        struct past *past = &pasts->out[i];

        pasts->sums[i] = (struct sum){.id = disk_check_ids(pasts->disk)[i]};
        for (size_t day = 0; day < PAST_DAYS; day++)
            past->days[day] = NAN;
        for (size_t point = 0; point < PAST_POINTS; point++)
            past->latency_ms[point] = NAN;
    }
}

#define ROWS(table)                                                                                \
    "SELECT at, check_id, known_ms, bad_ms, sum_us * 1.0 / count FROM disk." table " WHERE at >= " \
    "?1"

static bool pasts_in(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const struct {
        const char *sql;
        int64_t unit_us;
        int64_t units;
        sqlite_row_fn *row;
    } parts[] = {
        {ROWS("day"),    HISTORY_DAY_US,    YEAR_DAYS,     day_row   },
        {ROWS("hour"),   HISTORY_HOUR_US,   DAY_HOURS + 1, hour_row  },
        {ROWS("minute"), HISTORY_MINUTE_US, PAST_POINTS,   minute_row},
    };
    struct pasts *pasts = data;

    pasts_begin(pasts);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        pasts->first = pasts->now_us / parts[i].unit_us - parts[i].units + 1;
        if (!sqlite_each(sqlite, parts[i].sql, SQLITE_VALUES(sqlite_int(pasts->first)),
                         parts[i].row, pasts, fault))
            return false;
    }
    for (size_t i = 0; i < pasts->count; i++) {
        pasts->out[i].since_us = since_of(&pasts->sums[i]);
        pasts->out[i].day = share_up(&pasts->sums[i].day);
        pasts->out[i].week = share_up(&pasts->sums[i].week);
        pasts->out[i].month = share_up(&pasts->sums[i].month);
        pasts->out[i].year = share_up(&pasts->sums[i].year);
    }
    return true;
}

static bool pasts_job(struct disk *disk, void *data, struct fault *fault)
{
    struct pasts *pasts = data;

    pasts->disk = disk;
    return disk_read(disk, pasts_in, pasts, fault);
}

bool history_past(struct history *history, int64_t now_us, struct past *out, struct fault *fault)
{
    const size_t count = disk_check_count(history_disk(history));
    struct pasts *pasts = fault_calloc(
        sizeof(*pasts) + count * (sizeof(struct sum) + sizeof(struct past)), "pasts", fault);

    if (pasts == NULL)
        return false;
    pasts->now_us = now_us;
    pasts->count = count;
    pasts->out = (struct past *)(void *)&pasts->sums[count];
    if (!disk_run(history_disk(history), pasts_job, pasts, NULL, fault))
        return false;
    memcpy(out, pasts->out, count * sizeof(*out));
    free(pasts);
    return true;
}

/* --- points of one check --- */

struct points {
    int64_t check;
    struct disk *disk;
    int64_t from_us, to_us;
    const struct resolution *resolution;
    size_t room, count;
    struct past_point points[];
};

#define POINTS(table, seen, latency)                                                               \
    "SELECT at, " seen ", " latency " FROM disk." table                                            \
    " WHERE check_id = ?1 AND at >= ?2 AND at <= ?3 ORDER BY at DESC LIMIT ?4"
#define MEAN "sum_us * 1.0 / count"

/* The first whose span is long enough. */
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

/* Of the verdicts in `seen`. */
static enum verdict worst_of(int64_t seen)
{
    static const enum verdict worst_first[] = {VERDICT_RED,      VERDICT_AFFECTED, VERDICT_YELLOW,
                                               VERDICT_SILENCED, VERDICT_GREEN,    VERDICT_UNKNOWN};
    size_t at = 0;

    while (worst_first[at] != VERDICT_UNKNOWN && (seen >> worst_first[at] & 1) == 0)
        at++;
    return worst_first[at];
}

static void point_row(sqlite3_stmt *row, void *data)
{
    struct points *points = data;

    if (points->count == points->room)
        return;
    points->points[points->count++] = (struct past_point){
        .at_us = sqlite3_column_int64(row, 0) * points->resolution->unit_us,
        .worst = worst_of(sqlite3_column_int64(row, 1)),
        .latency_ms = (float)(sqlite3_column_double(row, 2) / US_PER_MS),
    };
}

static bool points_in(struct sqlite *sqlite, void *data, struct fault *fault)
{
    struct points *points = data;
    const struct resolution *resolution = points->resolution;

    return sqlite_each(sqlite, resolution->sql,
                       SQLITE_VALUES(sqlite_int(disk_check_ids(points->disk)[points->check]),
                                     sqlite_int(points->from_us / resolution->unit_us),
                                     sqlite_int(points->to_us / resolution->unit_us),
                                     sqlite_int((int64_t)points->room)),
                       point_row, points, fault);
}

static bool points_job(struct disk *disk, void *data, struct fault *fault)
{
    struct points *points = data;

    points->disk = disk;
    return disk_read(disk, points_in, points, fault);
}

bool history_points(struct history *history, size_t check, int64_t from_us, int64_t to_us,
                    struct past_point *out, size_t *count, struct fault *fault)
{
    struct points *points = fault_calloc(sizeof(*points) + *count * sizeof(*out), "points", fault);

    if (points == NULL)
        return false;
    points->check = (int64_t)check;
    points->from_us = from_us;
    points->to_us = to_us;
    points->room = *count;
    points->resolution = &resolutions[0];
    while (to_us - from_us > points->resolution->span_us)
        points->resolution++;
    if (!disk_run(history_disk(history), points_job, points, NULL, fault))
        return false;
    *count = points->count;
    for (size_t i = 0; i < points->count; i++)
        out[i] = points->points[points->count - 1 - i];
    free(points);
    return true;
}

static void missed_read(sqlite3_stmt *row, void *item)
{
    struct missed *missed = item;

    missed->from_us = sqlite3_column_int64(row, 0);
    missed->to_us = sqlite3_column_int64(row, 1);
    missed->samples = sqlite3_column_int64(row, 2);
}

static const struct disk_query missed_query = {
    .sql = "SELECT from_us, to_us, samples FROM disk.missed WHERE from_us > ?1"
           " ORDER BY from_us DESC LIMIT ?2",
    .at = INT64_MIN,
    .size = sizeof(struct missed),
    .read = missed_read,
    .of_disk = true,
};

bool history_missed(struct history *history, struct missed *out, size_t *count, struct fault *fault)
{
    return disk_run_query(history_disk(history), &missed_query, out, count, fault);
}
