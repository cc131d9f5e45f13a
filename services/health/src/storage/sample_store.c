// SPDX-License-Identifier: MIT
#include "storage/sample_store.h"

#include "base/now.h"

#include "storage/history.h"

// clang-format off
#define ADD_TO(table)                                                                              \
    "INSERT INTO disk." table " (at, check_id, count, known_ms, bad_ms, seen, sum_us, max_us)"     \
    " VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?6)"                                                      \
    " ON CONFLICT (at, check_id) DO UPDATE SET"                                                    \
    " count = count + 1,"                                                                          \
    " known_ms = known_ms + excluded.known_ms,"                                                    \
    " bad_ms = bad_ms + excluded.bad_ms,"                                                          \
    " seen = seen | excluded.seen,"                                                                \
    " sum_us = sum_us + excluded.sum_us,"                                                          \
    " max_us = max(max_us, excluded.max_us)"

/* Deletes at most 2,000 of the oldest rows, and those with the same time as the last of these. */
#define PRUNE(table)                                                                               \
    "DELETE FROM disk." table                                                                      \
    " WHERE at < min(?1, ifnull((SELECT at FROM disk." table                                       \
    " ORDER BY at LIMIT 1 OFFSET 2000), ?1))"
// clang-format on

static const struct {
    int64_t unit_us;
    int64_t kept_us; /* 0: for ever */
    const char *add, *prune;
} levels[] = {
    {HISTORY_MINUTE_US, HISTORY_MINUTES_US, ADD_TO("minute"), PRUNE("minute")},
    {HISTORY_HOUR_US,   HISTORY_HOURS_US,   ADD_TO("hour"),   PRUNE("hour")  },
    {HISTORY_DAY_US,    0,                  ADD_TO("day"),    NULL           },
};
enum { ROLLUPS = ARRAY_LEN(levels) };

bool sample_store_add(struct sqlite *sqlite, const int64_t *ids, const struct sample *sample,
                      struct fault *fault)
{
    static const char insert[] =
        "INSERT OR IGNORE INTO disk.sample (at, check_id, verdict, took_us)"
        " VALUES (?1, ?2, ?3, ?4)";
    const int64_t id = ids[sample->check];
    const int64_t known_ms = sample->verdict != VERDICT_UNKNOWN ? sample->for_ms : 0;
    const int64_t bad_ms = sample->verdict == VERDICT_RED ? sample->for_ms : 0;

    if (!sqlite_exec(sqlite, insert,
                     SQLITE_VALUES(sqlite_int(sample->at_us / US_PER_MS), sqlite_int(id),
                                   sqlite_int(sample->verdict), sqlite_int(sample->took_us)),
                     fault))
        return false;
    for (size_t i = 0; i < ROLLUPS; i++)
        if (!sqlite_exec(sqlite, levels[i].add,
                         SQLITE_VALUES(sqlite_int(sample->at_us / levels[i].unit_us),
                                       sqlite_int(id), sqlite_int(known_ms), sqlite_int(bad_ms),
                                       sqlite_int(INT64_C(1) << sample->verdict),
                                       sqlite_int(sample->took_us)),
                         fault))
            return false;
    return true;
}

bool sample_store_missed(struct sqlite *sqlite, const struct missed *missed, struct fault *fault)
{
    static const char insert[] =
        "INSERT OR REPLACE INTO disk.missed (from_us, to_us, samples) VALUES (?1, ?2, ?3)";

    return sqlite_exec(sqlite, insert,
                       SQLITE_VALUES(sqlite_int(missed->from_us), sqlite_int(missed->to_us),
                                     sqlite_int(missed->samples)),
                       fault);
}

bool sample_store_prune(struct sqlite *sqlite, int64_t now_us, struct fault *fault)
{
    static const char samples[] = PRUNE("sample");
    static const char alerts[] =
        "DELETE FROM disk.alert WHERE id IN"
        " (SELECT id FROM disk.alert WHERE id < ?1 ORDER BY id LIMIT 2000)";
    static const char messages[] = "DELETE FROM disk.message WHERE told_us < ?1";
    static const char silences[] = "DELETE FROM disk.silence WHERE until_us < ?1";

    for (size_t i = 0; i < ROLLUPS; i++)
        if (levels[i].prune != NULL &&
            !sqlite_exec(
                sqlite, levels[i].prune,
                SQLITE_VALUES(sqlite_int((now_us - levels[i].kept_us) / levels[i].unit_us)), fault))
            return false;
    return sqlite_exec(sqlite, samples,
                       SQLITE_VALUES(sqlite_int((now_us - HISTORY_RAW_US) / US_PER_MS)), fault) &&
           sqlite_exec(sqlite, alerts, SQLITE_VALUES(sqlite_int(now_us - HISTORY_ALERTS_US)),
                       fault) &&
           sqlite_exec(sqlite, messages, SQLITE_VALUES(sqlite_int(now_us - HISTORY_ALERTS_US)),
                       fault) &&
           sqlite_exec(sqlite, silences, SQLITE_VALUES(sqlite_int(now_us)), fault);
}
