// SPDX-License-Identifier: MIT
/* SQL of the chat history: the table `message`. */
#pragma once

#include "api/list.h"
#include "db/query.h"

/* In the order of history_direction_names. */
enum history_direction { HISTORY_IN, HISTORY_OUT };
extern const char *const history_direction_names[];

struct history_line {
    struct uuid id;
    struct uuid bot_id;
    int64_t chat_id;
    int64_t user_id;    /* author, or recipient; FIELD_ABSENT: to a group */
    int64_t message_id; /* Telegram's */
    int direction;
    int language;      /* of the text; -1: the language of the person */
    struct slice text; /* without markup, not blank */
    int64_t sent_at;   /* FIELD_ABSENT: now */
    int64_t version;   /* read, never written */
    /* Written, never read. The row of the table `sending` that sent the text, or nil. Nothing is
     * stored if that row was erased meanwhile. */
    struct uuid sending_id;
};

/* Stores a line, if the bot exists. If the message exists, replaces its text. */
extern const struct db_statement history_keep_statement;
enum { HISTORY_KEEP_VALUES = 10 };
void history_keep_values(const struct history_line *line,
                         struct db_value values[HISTORY_KEEP_VALUES]);
bool history_store_keep(struct db *tx, const struct history_line *line,
                        struct fault *fault) MUST_CHECK;

/* For list_reply(): the lines of a chat, the newest first. Values: bot, chat. */
extern const struct db_statement history_list_statement;

/* For db_batches_run(): lines are stored for 400 days, tombstones of deleted ones for 30. */
extern const struct db_statement history_store_delete_old;
extern const struct db_statement history_store_delete_tombstones;
