// SPDX-License-Identifier: MIT
/* Messages of Telegram about incidents, by chat. */
#include "storage/message_store.h"

#include "storage/history_private.h"
#include "storage/incident_row.h"

// clang-format off
#define COLUMNS "chat_id, message_id, incident_id, event, step, told_us"
#define LOAD                                                                                       \
    "INSERT OR IGNORE INTO main.message (" COLUMNS ", stored)"                                     \
    " SELECT " COLUMNS ", 1 FROM disk.message"                                                     \
    " WHERE incident_id IN (SELECT id FROM main.incident)"

const struct mirror message_mirror = {
    .load = LOAD,
    .reconcile = LOAD,
    .save = "INSERT OR REPLACE INTO disk.message (" COLUMNS ")"
            " SELECT " COLUMNS " FROM main.message WHERE stored = 0",
    .mark_saved = "UPDATE main.message SET stored = 1 WHERE stored = 0",
    .mark_unsaved = "UPDATE main.message SET stored = 0",
    .trim = "DELETE FROM main.message WHERE incident_id NOT IN (SELECT id FROM main.incident)",
};
// clang-format on

static bool put_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char put[] = "INSERT OR REPLACE INTO main.message (" COLUMNS ")"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    const struct alert_message *message = data;

    return sqlite_exec(sqlite, put,
                       SQLITE_VALUES(sqlite_int(message->chat_id), sqlite_int(message->message_id),
                                     sqlite_uuid(&message->incident.id), sqlite_int(message->event),
                                     sqlite_int(message->step), sqlite_int(now_wall_us())),
                       fault);
}

bool history_message(struct history *history, const struct alert_message *message,
                     struct fault *fault)
{
    struct alert_message copy = *message;

    return disk_run_change(history_disk(history), put_in_tx, &copy, sizeof(copy), fault);
}

static void read_one(sqlite3_stmt *row, void *item)
{
    struct alert_message *message = item;

    message->chat_id = sqlite3_column_int64(row, 0);
    message->message_id = sqlite3_column_int64(row, 1);
    message->event = (enum alert_event)sqlite3_column_int(row, 2);
    message->step = sqlite3_column_int(row, 3);
    incident_read(row, 4, &message->incident);
}

bool history_messages(struct history *history, int64_t since_us, struct alert_message *out,
                      size_t *count, struct fault *fault)
{
    static const char sql[] =
        "SELECT m.chat_id, m.message_id, m.event, m.step, " INCIDENT_COLUMNS
        " FROM main.message m JOIN main.incident i ON i.id = m.incident_id"
        " WHERE i.ended_us = 0 OR i.ended_us >= ?1 ORDER BY m.told_us DESC LIMIT ?2";
    const struct disk_query query = {
        .sql = sql, .at = since_us, .size = sizeof(*out), .read = read_one};

    return disk_run_query(history_disk(history), &query, out, count, fault);
}
