// SPDX-License-Identifier: MIT
/* The texts and settings of each type of bot: built-in, or replaced by valid rows of the tables. */
#pragma once

#include "db/transaction.h"

#include "bots/bot.h"
#include "texts/bot_settings.h"
#include "texts/texts.h"

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

/* Reads the tables; calls `refused` for each row whose text or value is invalid. A row with an
 * unknown key, type of bot or language is skipped without a call: another version of the service
 * may know it. Must be called in a fiber; waits. */
bool text_tables_read(struct db_pool *pool, struct text_tables *tables, text_refused_fn *refused,
                      void *data, struct fault *fault) MUST_CHECK;
