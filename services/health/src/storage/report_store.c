// SPDX-License-Identifier: MIT
/* Data of the morning report, and which channels have sent it. */
#include "storage/report_store.h"

#include <math.h>
#include <stdlib.h>

#include "storage/history_private.h"

// clang-format off
#define COLUMNS "day, channel, told_us"
#define LOAD                                                                                       \
    "INSERT OR IGNORE INTO main.report (" COLUMNS ", stored)"                                      \
    " SELECT " COLUMNS ", 1 FROM disk.report ORDER BY day DESC LIMIT 64"

const struct mirror report_mirror = {
    .load = LOAD,
    .reconcile = LOAD,
    .save = "INSERT OR REPLACE INTO disk.report (" COLUMNS ")"
            " SELECT " COLUMNS " FROM main.report WHERE stored = 0",
    .mark_saved = "UPDATE main.report SET stored = 1 WHERE stored = 0",
    .mark_unsaved = "UPDATE main.report SET stored = 0",
    .trim = "DELETE FROM main.report WHERE stored = 1"
            " AND day NOT IN (SELECT DISTINCT day FROM main.report ORDER BY day DESC LIMIT 8)",
};
// clang-format on

/* --- a day --- */

struct span {
    struct disk *disk;
    int64_t from_us, to_us;
    size_t count;
    struct uptime uptimes[];
};

static void hours_row(sqlite3_stmt *row, void *data)
{
    struct span *span = data;
    const int64_t id = sqlite3_column_int64(row, 0);
    const double known_ms = sqlite3_column_double(row, 1), bad_ms = sqlite3_column_double(row, 2);

    for (size_t i = 0; i < span->count; i++)
        if (disk_check_ids(span->disk)[i] == id && known_ms > 0)
            span->uptimes[i].up = 1 - (float)(bad_ms / known_ms);
}

static void took_row(sqlite3_stmt *row, void *data)
{
    float *took_ms = data;

    *took_ms = (float)(sqlite3_column_double(row, 0) / US_PER_MS);
}

static bool span_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char hours[] = "SELECT check_id, sum(known_ms), sum(bad_ms) FROM disk.hour"
                                " WHERE at >= ?1 AND at < ?2 GROUP BY check_id";
    static const char p95[] =
        "SELECT took_us FROM disk.sample WHERE check_id = ?1 AND at >= ?2 AND at < ?3"
        " ORDER BY took_us LIMIT 1 OFFSET (SELECT max(0, (count(*) * 95 + 99) / 100 - 1)"
        " FROM disk.sample WHERE check_id = ?1 AND at >= ?2 AND at < ?3)";
    struct span *span = data;

    if (!sqlite_each(sqlite, hours,
                     SQLITE_VALUES(sqlite_int(span->from_us / HISTORY_HOUR_US),
                                   sqlite_int(span->to_us / HISTORY_HOUR_US)),
                     hours_row, span, fault))
        return false;
    for (size_t i = 0; i < span->count; i++)
        if (disk_check_is_outside(span->disk, i) &&
            !sqlite_each(sqlite, p95,
                         SQLITE_VALUES(sqlite_int(disk_check_ids(span->disk)[i]),
                                       sqlite_int(span->from_us / US_PER_MS),
                                       sqlite_int(span->to_us / US_PER_MS)),
                         took_row, &span->uptimes[i].p95_ms, fault))
            return false;
    return true;
}

static bool span_job(struct disk *disk, void *data, struct fault *fault)
{
    struct span *span = data;

    span->disk = disk;
    for (size_t i = 0; i < span->count; i++)
        span->uptimes[i] = (struct uptime){NAN, NAN};
    return disk_read(disk, span_in_tx, span, fault);
}

bool history_uptime(struct history *history, int64_t from_us, int64_t to_us, struct uptime *out,
                    struct fault *fault)
{
    const size_t count = disk_check_count(history_disk(history));
    struct span *span = fault_calloc(sizeof(*span) + count * sizeof(*out), "a report", fault);

    if (span == NULL)
        return false;
    span->from_us = from_us;
    span->to_us = to_us;
    span->count = count;
    if (!disk_run(history_disk(history), span_job, span, NULL, fault))
        return false;
    memcpy(out, span->uptimes, count * sizeof(*out));
    free(span);
    return true;
}

/* --- sent reports --- */

struct delivery {
    int64_t day, at_us;
    unsigned channels;          /* out: bit n for channel n */
    enum alert_channel channel; /* to be marked */
};

static void sent_row(sqlite3_stmt *row, void *data)
{
    struct delivery *delivery = data;

    delivery->channels |= 1U << sqlite3_column_int(row, 0);
}

static bool sent_job(struct disk *disk, void *data, struct fault *fault)
{
    static const char sent[] = "SELECT channel FROM main.report WHERE day = ?1";
    struct delivery *delivery = data;

    return sqlite_each(disk_sqlite(disk), sent, SQLITE_VALUES(sqlite_int(delivery->day)), sent_row,
                       delivery, fault);
}

bool history_report_sent(struct history *history, int day, unsigned *channels, struct fault *fault)
{
    struct delivery *delivery = fault_calloc(sizeof(*delivery), "a report", fault);

    if (delivery == NULL)
        return false;
    delivery->day = day;
    if (!disk_run(history_disk(history), sent_job, delivery, NULL, fault))
        return false;
    *channels = delivery->channels;
    free(delivery);
    return true;
}

static bool mark_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char insert[] = "INSERT INTO main.report (" COLUMNS ")"
                                 " VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    const struct delivery *delivery = data;

    return sqlite_exec(sqlite, insert,
                       SQLITE_VALUES(sqlite_int(delivery->day), sqlite_int(delivery->channel),
                                     sqlite_int(delivery->at_us)),
                       fault);
}

bool history_report_mark_sent(struct history *history, int day, enum alert_channel channel,
                              struct fault *fault)
{
    struct delivery delivery = {.day = day, .at_us = now_wall_us(), .channel = channel};

    return disk_run_change(history_disk(history), mark_in_tx, &delivery, sizeof(delivery), fault);
}
