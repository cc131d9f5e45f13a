// SPDX-License-Identifier: MIT
/* Data of the morning report, and which channels have sent it. */
#include <math.h>
#include <stdlib.h>

#include "base/auto.h"

#include "storage/disk.h"
#include "storage/history_private.h"
#include "storage/sample_store.h"

/* --- a day --- */

struct span {
    const struct plan *plan;
    int64_t from_us, to_us;
    int64_t ids[CHECKS_MAX];
    struct uptime uptimes[CHECKS_MAX];
};

static void hours_row(sqlite3_stmt *row, void *data)
{
    struct span *span = data;
    const int64_t id = sqlite3_column_int64(row, 0);
    const double known_ms = sqlite3_column_double(row, 1), bad_ms = sqlite3_column_double(row, 2);

    for (size_t i = 0; i < span->plan->count; i++)
        if (span->ids[i] == id && known_ms > 0)
            span->uptimes[i].up = 1 - (float)(bad_ms / known_ms);
}

static void took_row(sqlite3_stmt *row, void *data)
{
    float *took_ms = data;

    *took_ms = (float)(sqlite3_column_double(row, 0) / US_PER_MS);
}

static bool span_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char hours[] = "SELECT check_id, sum(known_ms), sum(bad_ms) FROM hour"
                                " WHERE at >= ?1 AND at < ?2 GROUP BY check_id";
    static const char p95[] =
        "SELECT took_us FROM sample WHERE check_id = ?1 AND at >= ?2 AND at < ?3"
        " ORDER BY took_us LIMIT 1 OFFSET (SELECT max(0, (count(*) * 95 + 99) / 100 - 1)"
        " FROM sample WHERE check_id = ?1 AND at >= ?2 AND at < ?3)";
    struct span *span = data;

    for (size_t i = 0; i < span->plan->count; i++)
        span->uptimes[i] = (struct uptime){NAN, NAN};
    if (!sample_store_check_ids(sqlite, span->plan, span->ids, fault) ||
        !sqlite_each(sqlite, hours,
                     SQLITE_VALUES(sqlite_int(span->from_us / HISTORY_HOUR_US),
                                   sqlite_int(span->to_us / HISTORY_HOUR_US)),
                     hours_row, span, fault))
        return false;
    for (size_t i = 0; i < span->plan->count; i++)
        if (span->plan->checks[i].outside &&
            !sqlite_each(sqlite, p95,
                         SQLITE_VALUES(sqlite_int(span->ids[i]),
                                       sqlite_int(span->from_us / US_PER_MS),
                                       sqlite_int(span->to_us / US_PER_MS)),
                         took_row, &span->uptimes[i].p95_ms, fault))
            return false;
    return true;
}

bool history_uptime(struct history *history, int64_t from_us, int64_t to_us, struct uptime *out,
                    struct fault *fault)
{
    auto_free struct span *span = fault_calloc(sizeof(*span), "a report", fault);

    if (span == NULL)
        return false;
    span->plan = history->plan;
    span->from_us = from_us;
    span->to_us = to_us;
    if (!disk_run(history->disk, span_in_tx, span, sizeof(*span), fault))
        return false;
    memcpy(out, span->uptimes, history->plan->count * sizeof(*out));
    return true;
}

/* --- sent reports --- */

static void sent_row(sqlite3_stmt *row, void *data)
{
    unsigned *channels = data;

    *channels |= 1U << sqlite3_column_int(row, 0);
}

bool history_report_sent(struct history *history, int day, unsigned *channels, struct fault *fault)
{
    static const char sent[] = "SELECT channel FROM report WHERE day = ?1";

    *channels = 0;
    return sqlite_each(history->memory, sent, SQLITE_VALUES(sqlite_int(day)), sent_row, channels,
                       fault);
}

bool history_report_mark_sent(struct history *history, int day, enum alert_channel channel,
                              struct fault *fault)
{
    static const char insert[] = "INSERT INTO report (day, channel, told_us)"
                                 " VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

    return history_exec(
        history, insert,
        SQLITE_VALUES(sqlite_int(day), sqlite_int(channel), sqlite_int(now_wall_us())), fault);
}
