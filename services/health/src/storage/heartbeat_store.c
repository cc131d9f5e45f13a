// SPDX-License-Identifier: MIT
#include "storage/heartbeat_store.h"

#include <stdio.h>

#include "storage/history_private.h"

// clang-format off
#define COLUMNS "name, at_us, ok"

/* If a file is attached later, its reports of names that memory does not have are the last ones. */
#define LOAD                                                                                       \
    "INSERT OR IGNORE INTO main.heartbeat (" COLUMNS ", stored)"                                   \
    " SELECT " COLUMNS ", 1 FROM disk.heartbeat ORDER BY at_us DESC LIMIT 256"

const struct mirror heartbeat_mirror = {
    .load = LOAD,
    .reconcile = LOAD,
    .save = "INSERT OR REPLACE INTO disk.heartbeat (" COLUMNS ")"
            " SELECT " COLUMNS " FROM main.heartbeat WHERE stored = 0",
    .mark_saved = "UPDATE main.heartbeat SET stored = 1 WHERE stored = 0",
    .mark_unsaved = "UPDATE main.heartbeat SET stored = 0",
};
// clang-format on

static bool heartbeat_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    /* A report that arrives late does not replace a newer one. */
    static const char put[] =
        "INSERT INTO main.heartbeat (" COLUMNS ") VALUES (?1, ?2, ?3)"
        " ON CONFLICT (name) DO UPDATE SET at_us = excluded.at_us, ok = excluded.ok, stored = 0"
        " WHERE excluded.at_us >= at_us";
    /* The maximum number of checks. */
    static const char bound[] =
        "DELETE FROM main.heartbeat WHERE name IN"
        " (SELECT name FROM main.heartbeat ORDER BY at_us DESC LIMIT -1 OFFSET 256)";
    const struct heartbeat *heartbeat = data;

    return sqlite_exec(sqlite, put,
                       SQLITE_VALUES(sqlite_text(heartbeat->name), sqlite_int(heartbeat->at_us),
                                     sqlite_int(heartbeat->ok)),
                       fault) &&
           sqlite_exec(sqlite, bound, SQLITE_NO_VALUES, fault);
}

bool history_heartbeat(struct history *history, const char *name, int64_t at_us, bool ok,
                       struct fault *fault)
{
    struct heartbeat heartbeat = {.at_us = at_us, .ok = ok};

    snprintf(heartbeat.name, sizeof(heartbeat.name), "%s", name);
    return disk_run_change(history_disk(history), heartbeat_in_tx, &heartbeat, sizeof(heartbeat),
                           fault);
}

static void read_one(sqlite3_stmt *row, void *item)
{
    struct heartbeat *heartbeat = item;

    sqlite_read_text(row, 0, heartbeat->name, sizeof(heartbeat->name));
    heartbeat->at_us = sqlite3_column_int64(row, 1);
    heartbeat->ok = sqlite3_column_int(row, 2) != 0;
}

bool history_heartbeats(struct history *history, struct heartbeat *out, size_t *count,
                        struct fault *fault)
{
    static const char sql[] = "SELECT " COLUMNS " FROM main.heartbeat WHERE at_us > ?1"
                              " ORDER BY name LIMIT ?2";
    const struct disk_query query = {
        .sql = sql, .at = INT64_MIN, .size = sizeof(*out), .read = read_one};

    return disk_run_query(history_disk(history), &query, out, count, fault);
}
