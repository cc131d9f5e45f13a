// SPDX-License-Identifier: MIT
/* SQL of the tables `bot_messages` and `bot_settings`. */
#pragma once

#include "db/query.h"

#include "texts/texts.h"

enum { TEXT_STAMP_MAX = 160 };

/* Reads a stamp that differs after each change of the tables; shorter than TEXT_STAMP_MAX. */
bool text_store_read_stamp(struct db *db, char stamp[TEXT_STAMP_MAX],
                           struct fault *fault) MUST_CHECK;

/* Writes the built-in texts and settings for each type of bot. A row that equals an earlier
 * built-in text is updated, an edited row stays. If another instance is writing them, waits. */
bool text_store_write_built_in(struct db *tx, struct fault *fault) MUST_CHECK;

enum { TEXT_ROWS_MAX = 4096 }; /* of each table */
/* The columns of the rows of bot_messages that text_store_read_edited() reads. */
enum text_column { TEXT_COLUMN_KEY, TEXT_COLUMN_BOT, TEXT_COLUMN_LANGUAGE, TEXT_COLUMN_TEXT };
/* The columns of the rows of bot_settings that text_store_read_edited() reads. */
enum setting_column {
    SETTING_COLUMN_KEY,
    SETTING_COLUMN_BOT,
    SETTING_COLUMN_TYPE, /* "number", "string" ... */
    SETTING_COLUMN_VALUE
};
/* Reads the active rows whose text or value differs from the built-in one. */
bool text_store_read_edited(struct db *tx, struct db_rows *texts, struct db_rows *settings,
                            struct fault *fault) MUST_CHECK;
