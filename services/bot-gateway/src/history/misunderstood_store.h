// SPDX-License-Identifier: MIT
/* Texts that the bots have not understood: the table `misunderstood`. A row is a text at a step of
 * a bot, without personal data, with the number of times it was typed. */
#pragma once

#include "base/language.h"
#include "db/query.h"

enum {
    MISUNDERSTOOD_TEXT_MAX = 200, /* code points */
    MISUNDERSTOOD_VALUES = 5,
    MISUNDERSTOOD_COLUMNS = 6
};

/* Inserts the text with the count 1, or increments the count of its row. Does nothing if the bot's
 * tenant has 1,000 rows, twice as many as misunderstood_store_delete_old leaves. */
extern const struct db_statement misunderstood_keep_statement;
/* `flow` and `step` are absent if there was no dialogue. */
void misunderstood_fill_row_values(const struct uuid *bot_id, enum language language,
                                   struct slice flow, struct slice step, struct slice text,
                                   struct db_value values[MISUNDERSTOOD_VALUES]);

/* Deletes rows of texts that nobody has typed for 30 days, and those beyond the 500 newest of a
 * tenant; for db_batches_run(). */
extern const struct db_statement misunderstood_store_delete_old;

/* Reads all rows, the most frequent first. Columns: bot, language, step, count, day when the text
 * was last typed, text. */
extern const struct db_statement misunderstood_list_statement;
