// SPDX-License-Identifier: MIT
/* SQL of the tables `bot_messages` and `bot_settings`. */
#pragma once

#include "db/query.h"

#include "texts/texts.h"

enum { TEXT_STAMP_MAX = 160 };

/* Another one after each change of the tables; a number of characters below TEXT_STAMP_MAX. */
bool text_store_stamp(struct db *db, char stamp[TEXT_STAMP_MAX], struct fault *fault) MUST_CHECK;

/* Writes what is built in, for each kind of bot. A row that is as what was built in before follows
 * it, one that was edited stays. Waits for another copy that does the same. */
bool text_store_write(struct db *tx, struct fault *fault) MUST_CHECK;

/* The active rows of bot_messages that are not as what is built in; TEXT_ROWS_MAX at most. Each has
 * the columns of enum text_column. */
enum { TEXT_ROWS_MAX = 4096 };
enum text_column { TEXT_COLUMN_KEY, TEXT_COLUMN_BOT, TEXT_COLUMN_LANGUAGE, TEXT_COLUMN_TEXT };
/* Of bot_settings likewise. */
enum setting_column {
    SETTING_COLUMN_KEY,
    SETTING_COLUMN_BOT,
    SETTING_COLUMN_TYPE, /* "number", "string" ... */
    SETTING_COLUMN_VALUE
};
bool text_store_read(struct db *tx, struct db_rows *texts, struct db_rows *settings,
                     struct fault *fault) MUST_CHECK;
