// SPDX-License-Identifier: MIT
/* SQL of the tables `bot_messages` and `bot_settings`; the texts and settings of each type of bot:
 * built-in, or replaced by valid rows of these tables. */
#pragma once

#include "db/transaction.h"

#include "bots/bot.h"
#include "texts/bot_settings.h"
#include "texts/texts.h"

enum { TEXT_STAMP_MAX = 160 };

/* Reads a stamp that differs after each change of the tables; shorter than TEXT_STAMP_MAX. */
bool text_store_read_stamp(struct db *db, char stamp[TEXT_STAMP_MAX],
                           struct fault *fault) MUST_CHECK;

/* Writes the built-in texts and settings for each type of bot. A row that equals an earlier
 * built-in text is updated, an edited row stays. If another instance is writing them, waits. */
bool text_store_write_built_in(struct db *tx, struct fault *fault) MUST_CHECK;

struct text_tables {
    struct arena arena; /* owns the texts that are not built in */
    size_t users;       /* number of references: of the creator, and of running turns */
    struct texts texts[BOT_TYPES][TEXTS];
    struct bot_settings settings[BOT_TYPES];
};

/* A row of the tables whose text or value is invalid. */
struct text_refusal {
    struct slice key;
    struct slice bot;
    struct slice language; /* absent: a setting */
};
typedef void text_refused_fn(void *data, const struct text_refusal *row, const struct fault *why);

/* Returns new tables with the built-in texts and settings, and one reference; NULL: `fault` is set.
 */
struct text_tables *text_tables_create(struct fault *fault);
/* Releases a reference; the last one frees `tables`. Takes NULL. */
void text_tables_release(void *tables);
static inline void auto_text_tables_(struct text_tables **tables)
{
    text_tables_release(*tables);
}
#define auto_text_tables __attribute__((cleanup(auto_text_tables_)))

/* Reads the tables; calls `on_refused` for each row whose text or value is invalid. A row with an
 * unknown key, type of bot or language is skipped without a call: another version of the service
 * may know it. Must be called in a fiber; waits. */
bool text_tables_read(struct db_pool *pool, struct text_tables *tables, text_refused_fn *on_refused,
                      void *data, struct fault *fault) MUST_CHECK;
