// SPDX-License-Identifier: MIT
/* SQL that reads the data of the morning report, and stores which channels have sent it. */
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"

#include "storage/disk.h"
#include "storage/history_private.h"

/* --- the data of a day --- */

struct span {
    const struct plan *plan;
    int64_t from_us, to_us;
    struct uptime uptimes[CHECKS_MAX];
};

static void read_uptime_row(sqlite3_stmt *row, void *data)
{
    struct span *span = data;
    const char *name = (const char *)sqlite3_column_text(row, 0);
    const struct check *check = plan_find(span->plan, slice_of(name));
    const double known_ms = sqlite3_column_double(row, 1), bad_ms = sqlite3_column_double(row, 2);

    if (check != NULL && known_ms > 0)
        span->uptimes[check - span->plan->checks].up = 1 - (float)(bad_ms / known_ms);
}

static void read_p95_row(sqlite3_stmt *row, void *data)
{
    float *took_ms = data;

    *took_ms = (float)(sqlite3_column_double(row, 0) / US_PER_MS);
}

static bool read_uptime_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char hours[] =
        "SELECT n.name, sum(known_ms), sum(bad_ms) FROM hour JOIN check_name n ON n.id = check_id"
        " WHERE at >= ?1 AND at < ?2 GROUP BY check_id";
    static const char p95[] =
        "WITH s AS (SELECT took_us FROM sample WHERE at >= ?2 AND at < ?3"
        " AND check_id = (SELECT id FROM check_name WHERE name = ?1))"
        " SELECT took_us FROM s ORDER BY took_us"
        " LIMIT 1 OFFSET (SELECT max(0, (count(*) * 95 + 99) / 100 - 1) FROM s)";
    struct span *span = data;

    for (size_t i = 0; i < span->plan->count; i++)
        span->uptimes[i] = (struct uptime){NAN, NAN};
    if (!sqlite_select(
            sqlite, hours,
            SQLITE_VALUES(span->from_us / HISTORY_HOUR_US, span->to_us / HISTORY_HOUR_US),
            read_uptime_row, span, fault))
        return false;
    for (size_t i = 0; i < span->plan->count; i++)
        if (span->plan->checks[i].outside &&
            !sqlite_select(sqlite, p95,
                           SQLITE_VALUES(span->plan->checks[i].name, span->from_us / US_PER_MS,
                                         span->to_us / US_PER_MS),
                           read_p95_row, &span->uptimes[i].p95_ms, fault))
            return false;
    return true;
}

bool history_read_uptimes(struct history *history, int64_t from_us, int64_t to_us,
                          struct uptime *out, struct fault *fault)
{
    auto_free struct span *span = fault_calloc(sizeof *span, "a report", fault);

    if (span == NULL)
        return false;
    span->plan = history->plan;
    span->from_us = from_us;
    span->to_us = to_us;
    if (!disk_run_in_transaction(history->disk, read_uptime_in_tx, span, sizeof *span, fault))
        return false;
    memcpy(out, span->uptimes, history->plan->count * sizeof *out);
    return true;
}

/* --- sent reports --- */

static void add_sent_channel(sqlite3_stmt *row, void *data)
{
    unsigned *channels = data;

    *channels |= 1U << sqlite3_column_int(row, 0);
}

bool history_read_sent_report_channels(struct history *history, int day, unsigned *channels,
                                       struct fault *fault)
{
    static const char sent[] = "SELECT channel FROM report WHERE day = ?1";

    *channels = 0;
    return sqlite_select(history->memory, sent, SQLITE_VALUES(day), add_sent_channel, channels,
                         fault);
}

bool history_report_mark_sent(struct history *history, int day, enum alert_channel channel,
                              struct fault *fault)
{
    static const char insert[] = "INSERT INTO report (day, channel, told_us)"
                                 " VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

    return history_exec(history, insert, SQLITE_VALUES(day, channel, now_wall_us()), fault);
}
