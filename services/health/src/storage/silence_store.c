// SPDX-License-Identifier: MIT
#include "base/now.h"

#include "storage/history_private.h"

#define COLUMNS "id, match, reason, who, since_us, until_us"

/* Ends silences now instead of deleting them, so that the end is written to the disk. Parameters:
 * ?1 used by the condition that is appended, ?2 the present time. */
#define END_WHERE "UPDATE silence SET until_us = ?2 WHERE until_us > ?2 AND "

static bool add_silence_in_tx(struct sqlite *memory, const struct silence *silence,
                              struct fault *fault)
{
    static const char others[] = END_WHERE "match = '*' AND id <> ?1";
    static const char count[] = "SELECT count(*) FROM silence WHERE until_us > ?1";
    static const char insert[] = "INSERT INTO silence (" COLUMNS ")"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    const struct uuid *id = &silence->id;
    const int64_t now_us = now_wall_us();
    int64_t there;

    if ((strcmp(silence->match, "*") == 0 &&
         !sqlite_exec(memory, others, SQLITE_VALUES(id, now_us), fault)) ||
        !sqlite_select_int(memory, count, SQLITE_VALUES(now_us), &there, fault))
        return false;
    if (there >= SILENCES_MAX)
        return fault_set(fault, FAULT_CONFLICT, "too_many_silences", "There are %d silences",
                         SILENCES_MAX);
    return sqlite_exec(memory, insert,
                       SQLITE_VALUES(id, silence->match, silence->reason, silence->who,
                                     silence->since_us, silence->until_us),
                       fault);
}

bool history_silence_add(struct history *history, const struct silence *silence,
                         struct fault *fault)
{
    return history_end_transaction(
        history, add_silence_in_tx(history_begin_transaction(history), silence, fault), fault);
}

bool history_silence_end(struct history *history, const struct uuid *id, struct fault *fault)
{
    static const char end[] = END_WHERE "id = ?1";
    struct sqlite *memory = history_begin_transaction(history);
    const bool ok = sqlite_exec(memory, end, SQLITE_VALUES(id, now_wall_us()), fault) &&
                    (sqlite_changes(memory) > 0 ||
                     fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such silence"));

    return history_end_transaction(history, ok, fault);
}

bool history_maintenance_end(struct history *history, struct fault *fault)
{
    static const char end[] = END_WHERE "match = ?1";

    return history_exec(history, end, SQLITE_VALUES("*", now_wall_us()), fault);
}

static void read_silence(sqlite3_stmt *row, void *item)
{
    struct silence *silence = item;

    silence->id = sqlite_read_uuid(row, 0);
    sqlite_read_text(row, 1, silence->match, sizeof silence->match);
    sqlite_read_text(row, 2, silence->reason, sizeof silence->reason);
    sqlite_read_text(row, 3, silence->who, sizeof silence->who);
    silence->since_us = sqlite3_column_int64(row, 4);
    silence->until_us = sqlite3_column_int64(row, 5);
}

bool history_list_silences(struct history *history, int64_t now_us, struct silence *out,
                           size_t *count, struct fault *fault)
{
    static const char sql[] = "SELECT " COLUMNS " FROM silence WHERE until_us > ?1"
                              " ORDER BY id LIMIT ?2";
    const struct sqlite_list list = {read_silence, sizeof *out, out, count};

    return sqlite_select_list(history->memory, sql, SQLITE_VALUES(now_us, (int64_t)*count), &list,
                              fault);
}
