// SPDX-License-Identifier: MIT
#include "texts/text_tables.h"

#include <stdlib.h>

#include "base/auto.h"
#include "loop/fiber.h"

#include "texts/text_check.h"
#include "texts/text_store.h"

enum {
    ARENA_MAX = 16 * 1024 * 1024, /* more than TEXT_ROWS_MAX rows of usual length */
    CHECK_BATCH = 16              /* texts checked before the fiber yields */
};

struct text_tables *text_tables_create(struct fault *fault)
{
    struct text_tables *tables = fault_calloc(sizeof *tables, "texts", fault);

    if (tables == NULL)
        return NULL;
    tables->users = 1;
    arena_init(&tables->arena, ARENA_MAX);
    for (int type = 0; type < BOT_TYPES; type++) {
        memcpy(tables->texts[type], texts_built_in(), sizeof tables->texts[type]);
        tables->settings[type] = bot_settings_default();
    }
    return tables;
}

void text_tables_release(void *data)
{
    struct text_tables *tables = data;

    if (tables == NULL || --tables->users > 0)
        return;
    arena_finish(&tables->arena);
    free(tables);
}

struct reading {
    struct db_rows texts, settings;
};

static void finish_reading(struct reading *reading)
{
    db_rows_finish(&reading->texts);
    db_rows_finish(&reading->settings);
}

static bool read_rows(struct db *tx, void *arg, struct fault *fault)
{
    struct reading *reading = arg;

    finish_reading(reading);
    return text_store_read_edited(tx, &reading->texts, &reading->settings, fault);
}

/* Replaces a built-in text by that of the row; a row with an unknown key, type of bot or language
 * is skipped. False: the text is invalid, and is not used. */
static bool replace_text(struct text_tables *tables, const struct text_refusal *row,
                         struct slice template, struct fault *why)
{
    const enum text text = text_key_find(row->key);
    enum bot_type type;
    enum language language;

    if (text == TEXTS || !bot_type_read(row->bot, &type) ||
        !language_read(row->language, &language))
        return true;
    if (!text_check(&text_keys[text], language, template, why))
        return false;
    *texts_place(&tables->texts[type][text], language) = template;
    return true;
}

static bool replace_texts(const struct db_rows *rows, struct text_tables *tables,
                          text_refused_fn *refused, void *data, struct fault *fault)
{
    for (int i = 0; i < rows->count; i++) {
        const struct text_refusal row = {.key = db_get_text(rows, i, TEXT_COLUMN_KEY),
                                         .bot = db_get_text(rows, i, TEXT_COLUMN_BOT),
                                         .language = db_get_text(rows, i, TEXT_COLUMN_LANGUAGE)};
        struct slice template = db_get_text(rows, i, TEXT_COLUMN_TEXT);
        struct fault why;
        if (i % CHECK_BATCH == CHECK_BATCH - 1 && !fiber_sleep(0, fault))
            return false;
        template = arena_copy(&tables->arena, template);
        if (template.at == NULL)
            return arena_fault(fault);
        if (!replace_text(tables, &row, template, &why))
            refused(data, &row, &why);
    }
    return true;
}

static bool replace_settings(const struct db_rows *rows, struct text_tables *tables,
                             text_refused_fn *refused, void *data, struct fault *fault)
{
    for (int i = 0; i < rows->count; i++) {
        const struct text_refusal row = {.key = db_get_text(rows, i, SETTING_COLUMN_KEY),
                                         .bot = db_get_text(rows, i, SETTING_COLUMN_BOT)};
        const struct slice type = db_get_text(rows, i, SETTING_COLUMN_TYPE);
        struct slice value = db_get_text(rows, i, SETTING_COLUMN_VALUE);
        enum bot_type bot;
        struct fault why;
        value = arena_copy(&tables->arena, value);
        if (value.at == NULL)
            return arena_fault(fault);
        if (bot_type_read(row.bot, &bot) &&
            !bot_settings_set(&tables->settings[bot], row.key, type, value, &why))
            refused(data, &row, &why);
    }
    return true;
}

bool text_tables_read(struct db_pool *pool, struct text_tables *tables, text_refused_fn *refused,
                      void *data, struct fault *fault)
{
    struct reading reading AUTO(finish_reading) = {0};

    return db_transaction(pool, read_rows, &reading, fault) &&
           replace_texts(&reading.texts, tables, refused, data, fault) &&
           replace_settings(&reading.settings, tables, refused, data, fault);
}
