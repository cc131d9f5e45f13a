// SPDX-License-Identifier: MIT
#include "texts/text_store.h"

#include <stdlib.h>

#include "base/auto.h"
#include "loop/fiber.h"

#include "texts/text_check.h"

enum {
    JSON_BYTES_MAX = 4 * 1024 * 1024,
    ROWS_MAX = 4096,              /* that are read of each table */
    ARENA_MAX = 16 * 1024 * 1024, /* more than ROWS_MAX rows of usual length */
    CHECK_BATCH = 16              /* texts checked before the fiber yields */
};

// clang-format off
static const struct db_statement stamp_statement = {
    .name = "text_stamp",
    .sql = "SELECT concat_ws(' ', (SELECT concat_ws(' ', count(*), sum(version), max(updated_at)) FROM bot_messages),"
           "  (SELECT concat_ws(' ', count(*), sum(version), max(updated_at)) FROM bot_settings))",
};
static const struct db_statement lock_statement = {
    .name = "text_lock",
    .sql = "SELECT pg_advisory_xact_lock(hashtextextended('bot_messages', 0))",
};
/* Replaces \n by a line break, because texts.tsv has line breaks as \n. */
static const struct db_statement write_texts_statement = {
    .name = "text_write",
    .sql = "INSERT INTO bot_messages AS m (message_key, bot_type, language, message_text, built_in)"
           " SELECT key, {bot_type}, language, text, text"
           " FROM (SELECT key, language, replace(text, '\\n', E'\\n') AS text"
           "       FROM jsonb_to_recordset({texts}) t (key text, language text, text text)) t"
           " ON CONFLICT ON CONSTRAINT bot_messages_once DO UPDATE SET built_in = excluded.built_in,"
           "  message_text = CASE WHEN m.message_text = m.built_in THEN excluded.built_in ELSE m.message_text END"
           " WHERE m.built_in <> excluded.built_in",
    .parameters = "bot_type text, texts jsonb",
};
static const struct db_statement write_settings_statement = {
    .name = "setting_write",
    .sql = "INSERT INTO bot_settings AS s (setting_key, bot_type, setting_value, built_in)"
           " SELECT key, {bot_type}, value, value FROM jsonb_to_recordset({settings}) t (key text, value jsonb)"
           " ON CONFLICT ON CONSTRAINT bot_settings_once DO UPDATE SET built_in = excluded.built_in,"
           "  setting_value = CASE WHEN s.setting_value = s.built_in THEN excluded.built_in ELSE s.setting_value END"
           " WHERE s.built_in <> excluded.built_in",
    .parameters = "bot_type text, settings jsonb",
};
/* The active rows whose text or value differs from the built-in one. Removes CR, because browsers
 * send CR LF as a line break. */
static const struct db_statement texts_statement = {
    .name = "text_list",
    .sql = "SELECT message_key, bot_type, language, replace(message_text, E'\\r', '')"
           " FROM bot_messages WHERE is_active AND message_text <> built_in"
           " ORDER BY message_key, bot_type, language LIMIT {limit}",
    .parameters = "limit bigint",
};
static const struct db_statement settings_statement = {
    .name = "setting_list",
    .sql = "SELECT setting_key, bot_type, jsonb_typeof(setting_value), coalesce(setting_value #>> '{}', '')"
           " FROM bot_settings WHERE is_active AND setting_value <> built_in"
           " ORDER BY setting_key, bot_type LIMIT {limit}",
    .parameters = "limit bigint",
};
// clang-format on

bool text_store_read_stamp(struct db *db, char stamp[TEXT_STAMP_MAX], struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &stamp_statement, DB_NO_VALUES, &rows, fault))
        return false;
    slice_copy(db_get_text(&rows, 0, 0), stamp, TEXT_STAMP_MAX);
    return true;
}

static void append_text_json(struct buf *json, const char *key, const char *language,
                             struct slice text)
{
    buf_printf(json, "%s{\"key\":\"%s\",\"language\":\"%s\",\"text\":", json->len > 1 ? "," : "",
               key, language);
    buf_json_string(json, text);
    buf_char(json, '}');
}

static bool upsert_built_in_texts(struct db *tx, enum bot_type type, struct fault *fault)
{
    const struct texts *texts = texts_built_in();
    AUTO(buf_finish) struct buf json = BUF(JSON_BYTES_MAX);

    buf_char(&json, '[');
    for (enum text i = 0; i < TEXTS; i++) {
        if ((text_keys[i].bots & 1U << type) == 0)
            continue;
        append_text_json(&json, text_keys[i].name, "ru", texts[i].ru);
        append_text_json(&json, text_keys[i].name, "kz", texts[i].kz);
        append_text_json(&json, text_keys[i].name, "en", texts[i].en);
    }
    buf_char(&json, ']');
    return buf_ok(&json, fault) &&
           db_query(tx, &write_texts_statement,
                    DB_VALUES(db_str(bot_type_names[type]), db_text(buf_as_slice(&json))), NULL,
                    fault);
}

static bool upsert_default_settings(struct db *tx, enum bot_type type, struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(JSON_BYTES_MAX);

    bot_settings_append_defaults_json(&json);
    return buf_ok(&json, fault) &&
           db_query(tx, &write_settings_statement,
                    DB_VALUES(db_str(bot_type_names[type]), db_text(buf_as_slice(&json))), NULL,
                    fault);
}

bool text_store_write_built_in(struct db *tx, struct fault *fault)
{
    if (!db_query(tx, &lock_statement, DB_NO_VALUES, NULL, fault))
        return false;
    for (enum bot_type type = 0; type < BOT_TYPES; type++)
        if (bot_type_has_dialogue((int)type) &&
            (!upsert_built_in_texts(tx, type, fault) || !upsert_default_settings(tx, type, fault)))
            return false;
    return true;
}

/* --- reading --- */

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

static void free_read_rows(struct reading *reading)
{
    db_rows_finish(&reading->texts);
    db_rows_finish(&reading->settings);
}

static bool read_edited_rows(struct db *tx, void *arg, struct fault *fault)
{
    struct reading *reading = arg;
    const struct db_value limit[] = {db_int(ROWS_MAX)};
    const struct db_call calls[] = {
        {&texts_statement,    limit, 1, &reading->texts   },
        {&settings_statement, limit, 1, &reading->settings},
    };

    free_read_rows(reading);
    return db_query_all(tx, calls, 2, fault);
}

/* Replaces a built-in text by that of the row; a row with an unknown key, type of bot or language
 * is skipped. False: the text is invalid, and is not used. */
static bool replace_text_if_valid(struct text_tables *tables, const struct text_refusal *row,
                                  struct slice template, struct fault *why)
{
    const enum text text = text_key_find(row->key);
    enum bot_type type;
    enum language language;

    if (text == TEXTS || !bot_type_read(row->bot, &type) ||
        !language_read(row->language, &language))
        return true;
    if (!text_check_template(&text_keys[text], language, template, why))
        return false;
    *texts_member_of_language(&tables->texts[type][text], language) = template;
    return true;
}

static bool replace_valid_texts(const struct db_rows *rows, struct text_tables *tables,
                                text_refused_fn *refused, void *data, struct fault *fault)
{
    for (int i = 0; i < rows->count; i++) {
        const struct text_refusal row = {.key = db_get_text(rows, i, 0),
                                         .bot = db_get_text(rows, i, 1),
                                         .language = db_get_text(rows, i, 2)};
        struct slice template = db_get_text(rows, i, 3);
        struct fault why;
        if (i % CHECK_BATCH == CHECK_BATCH - 1 && !fiber_sleep(0, fault))
            return false;
        if (!arena_keep(&tables->arena, template, &template, fault))
            return false;
        if (!replace_text_if_valid(tables, &row, template, &why))
            refused(data, &row, &why);
    }
    return true;
}

static bool replace_valid_settings(const struct db_rows *rows, struct text_tables *tables,
                                   text_refused_fn *refused, void *data, struct fault *fault)
{
    for (int i = 0; i < rows->count; i++) {
        const struct text_refusal row = {.key = db_get_text(rows, i, 0),
                                         .bot = db_get_text(rows, i, 1)};
        const struct slice type = db_get_text(rows, i, 2);
        struct slice value = db_get_text(rows, i, 3);
        enum bot_type bot;
        struct fault why;
        if (!arena_keep(&tables->arena, value, &value, fault))
            return false;
        if (bot_type_read(row.bot, &bot) &&
            !bot_settings_set(&tables->settings[bot], row.key, type, value, &why))
            refused(data, &row, &why);
    }
    return true;
}

bool text_tables_read(struct db_pool *pool, struct text_tables *tables, text_refused_fn *on_refused,
                      void *data, struct fault *fault)
{
    struct reading reading AUTO(free_read_rows) = {0};

    return db_transaction(pool, read_edited_rows, &reading, fault) &&
           replace_valid_texts(&reading.texts, tables, on_refused, data, fault) &&
           replace_valid_settings(&reading.settings, tables, on_refused, data, fault);
}
