// SPDX-License-Identifier: MIT
#include "base/now.h"

#include "storage/history_private.h"

bool history_store_heartbeat(struct history *history, const struct heartbeat *heartbeat,
                             struct fault *fault)
{
    /* An older report does not replace a newer one, unless the newer one has a time in the future:
     * it is from before the clock was set back. */
    static const char put[] =
        "INSERT INTO heartbeat (name, at_us, ok, took_s, loss_s, due, oldest_s)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (name) DO UPDATE SET at_us = excluded.at_us, ok = excluded.ok,"
        " took_s = excluded.took_s, loss_s = excluded.loss_s, due = excluded.due,"
        " oldest_s = excluded.oldest_s WHERE excluded.at_us >= at_us OR at_us > ?8";

    return history_exec(history, put,
                        SQLITE_VALUES(heartbeat->name, heartbeat->at_us, heartbeat->ok,
                                      heartbeat->took_s, heartbeat->loss_s, heartbeat->due,
                                      heartbeat->oldest_s, now_wall_us()),
                        fault);
}

static void read_heartbeat(sqlite3_stmt *row, void *item)
{
    struct heartbeat *heartbeat = item;

    sqlite_read_text(row, 0, heartbeat->name, sizeof heartbeat->name);
    heartbeat->at_us = sqlite3_column_int64(row, 1);
    heartbeat->ok = sqlite3_column_int(row, 2) != 0;
    heartbeat->took_s = sqlite3_column_int64(row, 3);
    heartbeat->loss_s = sqlite3_column_int64(row, 4);
    heartbeat->due = sqlite3_column_int64(row, 5);
    heartbeat->oldest_s = sqlite3_column_int64(row, 6);
}

bool history_list_heartbeats(struct history *history, struct heartbeat *out, size_t *count,
                             struct fault *fault)
{
    static const char sql[] =
        "SELECT name, at_us, ok, took_s, loss_s, due, oldest_s FROM heartbeat ORDER BY name"
        " LIMIT ?1";
    const struct sqlite_list list = {read_heartbeat, sizeof *out, out, count};

    return sqlite_select_list(history->memory, sql, SQLITE_VALUES((int64_t)*count), &list, fault);
}
