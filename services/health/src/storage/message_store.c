// SPDX-License-Identifier: MIT
/* SQL that stores and lists the messages in Telegram about incidents. */
#include "base/now.h"

#include "storage/history_private.h"

bool history_add_message(struct history *history, const struct alert_message *message,
                         struct fault *fault)
{
    static const char put[] =
        "INSERT OR REPLACE INTO message (chat_id, message_id, incident_id, event, step, told_us)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

    return history_exec(history, put,
                        SQLITE_VALUES(message->chat_id, message->message_id, &message->incident.id,
                                      message->event, message->step, now_wall_us()),
                        fault);
}

static void read_message(sqlite3_stmt *row, void *item)
{
    struct alert_message *message = item;

    message->chat_id = sqlite3_column_int64(row, 0);
    message->message_id = sqlite3_column_int64(row, 1);
    message->event = (enum alert_event)sqlite3_column_int(row, 2);
    message->step = sqlite3_column_int(row, 3);
    incident_read(row, 4, &message->incident);
}

bool history_list_messages(struct history *history, int64_t since_us, struct alert_message *out,
                           size_t *count, struct fault *fault)
{
    static const char sql[] =
        "SELECT m.chat_id, m.message_id, m.event, m.step, " INCIDENT_COLUMNS
        " FROM message m JOIN incident i ON i.id = m.incident_id"
        " WHERE i.ended_us = 0 OR i.ended_us >= ?1 ORDER BY m.told_us DESC LIMIT ?2";
    const struct sqlite_list list = {read_message, sizeof *out, out, count};

    return sqlite_select_list(history->memory, sql, SQLITE_VALUES(since_us, (int64_t)*count), &list,
                              fault);
}
