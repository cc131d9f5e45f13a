// SPDX-License-Identifier: MIT
#include "storage/disk.h"
#include "storage/history_private.h"

// clang-format off
/* Samples of `copy` that are not yet written. Parameter ?1: number of the last written sample. */
#define WAITING                                                                                    \
    " FROM copy.waiting w JOIN copy.check_name c ON c.id = w.check_id"                             \
    " JOIN main.check_name n ON n.name = c.name WHERE w.number > ?1"

/* Adds samples to a table of sums. Parameters: ?1 as in WAITING, ?2 the table's unit of time in us,
 * ?3 VERDICT_UNKNOWN, ?4 VERDICT_RED. */
#define ADD_TO(table)                                                                              \
    "INSERT INTO " table " (at, check_id, count, known_ms, bad_ms, seen, sum_us, max_us)"          \
    " SELECT w.at_us / ?2, n.id, 1, iif(w.verdict <> ?3, w.for_ms, 0),"                            \
    " iif(w.verdict = ?4, w.for_ms, 0), 1 << w.verdict, w.took_us, w.took_us" WAITING              \
    " ON CONFLICT (at, check_id) DO UPDATE SET"                                                    \
    " count = count + 1,"                                                                          \
    " known_ms = known_ms + excluded.known_ms,"                                                    \
    " bad_ms = bad_ms + excluded.bad_ms,"                                                          \
    " seen = seen | excluded.seen,"                                                                \
    " sum_us = sum_us + excluded.sum_us,"                                                          \
    " max_us = max(max_us, excluded.max_us)"

/* Deletes the oldest of the rows before ?1: at most 2,000, and rows of the same time together. */
#define PRUNE(table)                                                                               \
    "DELETE FROM " table                                                                           \
    " WHERE at < min(?1, ifnull((SELECT at FROM " table " ORDER BY at LIMIT 1 OFFSET 2000), ?1))"
// clang-format on

static const struct {
    int64_t unit_us;
    int64_t kept_us; /* rows are deleted after this time; 0: never */
    const char *add, *prune;
} levels[] = {
    {US_PER_MS,         HISTORY_RAW_US,     NULL,             PRUNE("sample")},
    {HISTORY_MINUTE_US, HISTORY_MINUTES_US, ADD_TO("minute"), PRUNE("minute")},
    {HISTORY_HOUR_US,   HISTORY_HOURS_US,   ADD_TO("hour"),   PRUNE("hour")  },
    {HISTORY_DAY_US,    0,                  ADD_TO("day"),    NULL           },
};

bool sample_store_write_samples(struct sqlite *file, int64_t last_written, struct fault *fault)
{
    static const char names[] = "INSERT OR IGNORE INTO main.check_name (name)"
                                " SELECT name FROM copy.check_name ORDER BY id";
    static const char samples[] = "INSERT OR IGNORE INTO sample (at, check_id, verdict, took_us)"
                                  " SELECT w.at_us / ?2, n.id, w.verdict, w.took_us" WAITING;

    if (!sqlite_exec(file, names, SQLITE_NO_VALUES, fault) ||
        !sqlite_exec(file, samples, SQLITE_VALUES(last_written, US_PER_MS), fault))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (levels[i].add != NULL && !sqlite_exec(file, levels[i].add,
                                                  SQLITE_VALUES(last_written, levels[i].unit_us,
                                                                VERDICT_UNKNOWN, VERDICT_RED),
                                                  fault))
            return false;
    return true;
}

bool sample_store_prune(struct sqlite *file, int64_t now_us, struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (levels[i].prune != NULL &&
            !sqlite_exec(file, levels[i].prune,
                         SQLITE_VALUES((now_us - levels[i].kept_us) / levels[i].unit_us), fault))
            return false;
    return true;
}

/* --- samples in memory --- */

enum { WAITING_MAX = 4096 };

static void count_dropped_sample(sqlite3_stmt *row, void *data)
{
    struct history *history = data;
    struct missed *missing = &history->missing;

    missing->to_us = sqlite3_column_int64(row, 0);
    if (missing->samples++ == 0)
        missing->from_us = missing->to_us;
}

/* Drops the oldest samples beyond WAITING_MAX and counts them as missed, except those that a
 * pending save writes, because they are lost only if the save fails. */
static void drop_oldest_samples(struct history *history, struct fault *fault)
{
    static const char sql[] =
        "DELETE FROM waiting WHERE number > ?1 AND number <= ?2 RETURNING at_us";
    const struct disk_save *save = LIST_FIRST(&history->saves);

    (void)!sqlite_select(
        history->memory, sql,
        SQLITE_VALUES(save != NULL ? save->sample : 0, history->newest - WAITING_MAX),
        count_dropped_sample, history, fault);
}

void history_add_sample(struct history *history, size_t check, enum verdict verdict, int64_t at_us,
                        int64_t took_us)
{
    static const char insert[] = "INSERT INTO waiting VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    struct fault fault;

    history->newest++;
    if (!sqlite_exec(history->memory, insert,
                     SQLITE_VALUES(history->newest, at_us, (int64_t)check,
                                   history->plan->checks[check].interval_ms, (int64_t)verdict,
                                   took_us),
                     &fault))
        return;
    drop_oldest_samples(history, &fault);
}

static void read_gap(sqlite3_stmt *row, void *item)
{
    *(struct missed *)item = (struct missed){
        .from_us = sqlite3_column_int64(row, 0),
        .to_us = sqlite3_column_int64(row, 1),
        .samples = sqlite3_column_int64(row, 2),
    };
}

bool history_list_gaps(struct history *history, struct missed *out, size_t *count,
                       struct fault *fault)
{
    const struct missed *missing = &history->missing;
    static const char sql[] = "SELECT from_us, to_us, samples FROM missed WHERE from_us <> ?1"
                              " ORDER BY from_us DESC LIMIT ?2";
    const struct sqlite_list list = {read_gap, sizeof *out, out, count};

    return sqlite_select_list(
        history->memory, sql,
        SQLITE_VALUES(missing->samples > 0 ? missing->from_us : INT64_MIN, (int64_t)*count), &list,
        fault);
}

struct missed history_current_gap(const struct history *history)
{
    return history->missing;
}

bool sample_store_add_current_gap(const struct history *history, struct fault *fault)
{
    static const char put[] =
        "INSERT OR REPLACE INTO missed (from_us, to_us, samples) VALUES (?1, ?2, ?3)";
    const struct missed *missing = &history->missing;

    return missing->samples == 0 ||
           sqlite_exec(history->memory, put,
                       SQLITE_VALUES(missing->from_us, missing->to_us, missing->samples), fault);
}
