// SPDX-License-Identifier: MIT
/* SQL of the chat history: the table `message`, one line per text. */
#pragma once

#include "api/list.h"
#include "db/query.h"

/* The direction of a message, in the order of history_direction_names. */
enum history_direction { HISTORY_IN, HISTORY_OUT };
extern const char *const history_direction_names[];

struct history_line {
    struct uuid id;
    struct uuid bot_id;
    int64_t chat_id;
    int64_t user_id;    /* author if HISTORY_IN, else recipient; FIELD_ABSENT: a group */
    int64_t message_id; /* Telegram's */
    int direction;
    int language;      /* of the text; -1: the person's language is stored instead */
    struct slice text; /* without markup, not blank */
    int64_t sent_at;   /* FIELD_ABSENT: now */
    int64_t version;   /* read, never written */
    /* Written, never read: the row of the table `sending` that sent the text, or nil. If that row
     * was erased meanwhile, the line is not stored. */
    struct uuid sending_id;
};

/* The statement that stores a line, if the bot exists; history_fill_line_values() sets its values.
 * If the chat has a line with this message_id, the text of that line is replaced. */
extern const struct db_statement history_keep_statement;
enum { HISTORY_KEEP_VALUES = 10 };
void history_fill_line_values(const struct history_line *line,
                              struct db_value values[HISTORY_KEEP_VALUES]);
bool history_store_insert_or_replace_line(struct db *tx, const struct history_line *line,
                                          struct fault *fault) MUST_CHECK;
/* Whether the chat has a line with this message_id. */
bool history_store_has_line(struct db *db, const struct uuid *bot_id, int64_t chat_id,
                            int64_t message_id, bool *has, struct fault *fault) MUST_CHECK;

/* Statement for list_reply(): the lines of a chat, the newest first. Values: bot, chat. */
extern const struct db_statement history_list_statement;

/* Statements for db_batches_run(): delete lines after 400 days, tombstones of lines after 30 days.
 */
extern const struct db_statement history_store_delete_old;
extern const struct db_statement history_store_delete_tombstones;
