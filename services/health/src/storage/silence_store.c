// SPDX-License-Identifier: MIT
#include "storage/silence_store.h"

#include "storage/history_private.h"

// clang-format off
#define COLUMNS "id, match, reason, who, since_us, until_us"

const struct mirror silence_mirror = {
    .load = "INSERT OR IGNORE INTO main.silence (" COLUMNS ", stored)"
            " SELECT " COLUMNS ", 1 FROM disk.silence ORDER BY until_us DESC LIMIT 128",
    /* Silences of the previous process still apply. */
    .reconcile = "INSERT OR IGNORE INTO main.silence (" COLUMNS ", stored)"
                 " SELECT " COLUMNS ", 1 FROM disk.silence ORDER BY until_us DESC LIMIT 128",
    .save = "INSERT OR REPLACE INTO disk.silence (" COLUMNS ")"
            " SELECT " COLUMNS " FROM main.silence WHERE stored = 0",
    .mark_saved = "UPDATE main.silence SET stored = 1 WHERE stored = 0",
    .mark_unsaved = "UPDATE main.silence SET stored = 0",
};
// clang-format on

struct change {
    struct silence silence;
    int64_t now_us;
};

/* Ends a silence now instead of deleting it, so that the end is written to the disk. ?1 is the
 * silence's id. */
#define END_WHERE "UPDATE main.silence SET until_us = ?2, stored = 0 WHERE until_us > ?2 AND "

static bool add_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char over[] = "DELETE FROM main.silence WHERE until_us <= ?1 AND stored = 1";
    static const char count[] = "SELECT count(*) FROM main.silence WHERE until_us > ?1";
    static const char insert[] = "INSERT INTO main.silence (" COLUMNS ")"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    static const char others[] = END_WHERE "match = '*' AND id <> ?1";
    const struct change *change = data;
    const struct silence *silence = &change->silence;
    int64_t there;

    if (!sqlite_exec(sqlite, over, SQLITE_VALUES(sqlite_int(change->now_us)), fault) ||
        (strcmp(silence->match, "*") == 0 &&
         !sqlite_exec(sqlite, others,
                      SQLITE_VALUES(sqlite_uuid(&silence->id), sqlite_int(change->now_us)),
                      fault)) ||
        !sqlite_count(sqlite, count, SQLITE_VALUES(sqlite_int(change->now_us)), &there, fault))
        return false;
    if (there >= SILENCES_MAX)
        return fault_set(fault, FAULT_CONFLICT, "too_many_silences", "There are %d silences",
                         SILENCES_MAX);
    return sqlite_exec(sqlite, insert,
                       SQLITE_VALUES(sqlite_uuid(&silence->id), sqlite_text(silence->match),
                                     sqlite_text(silence->reason), sqlite_text(silence->who),
                                     sqlite_int(silence->since_us), sqlite_int(silence->until_us)),
                       fault);
}

static bool drop_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char end[] = END_WHERE "id = ?1";
    const struct change *change = data;

    if (!sqlite_exec(sqlite, end,
                     SQLITE_VALUES(sqlite_uuid(&change->silence.id), sqlite_int(change->now_us)),
                     fault))
        return false;
    return sqlite_changes(sqlite) > 0 ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such silence");
}

bool history_silence_add(struct history *history, const struct silence *silence,
                         struct fault *fault)
{
    struct change change = {*silence, now_wall_us()};

    return disk_run_change(history_disk(history), add_in_tx, &change, sizeof(change), fault);
}

bool history_silence_drop(struct history *history, const struct uuid *id, struct fault *fault)
{
    struct change change = {.silence.id = *id, .now_us = now_wall_us()};

    return disk_run_change(history_disk(history), drop_in_tx, &change, sizeof(change), fault);
}

static void read_one(sqlite3_stmt *row, void *item)
{
    struct silence *silence = item;

    silence->id = sqlite_read_uuid(row, 0);
    sqlite_read_text(row, 1, silence->match, sizeof(silence->match));
    sqlite_read_text(row, 2, silence->reason, sizeof(silence->reason));
    sqlite_read_text(row, 3, silence->who, sizeof(silence->who));
    silence->since_us = sqlite3_column_int64(row, 4);
    silence->until_us = sqlite3_column_int64(row, 5);
}

bool history_silences(struct history *history, int64_t now_us, struct silence *out, size_t *count,
                      struct fault *fault)
{
    static const char sql[] = "SELECT " COLUMNS " FROM main.silence WHERE until_us > ?1"
                              " ORDER BY id LIMIT ?2";
    const struct disk_query query = {
        .sql = sql, .at = now_us, .size = sizeof(*out), .read = read_one};

    return disk_run_query(history_disk(history), &query, out, count, fault);
}
