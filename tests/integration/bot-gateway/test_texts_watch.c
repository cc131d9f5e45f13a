// SPDX-License-Identifier: MIT
/* Edited rows of bot_messages and bot_settings take effect if they are valid. */
#include "stand.h"
#include "support/metric_of.h"
#include "texts/text_key.h"
#include "texts/text_store.h"
#include "texts/texts_watch.h"

TEST_CASE("tables", .setup = stand_begin, .teardown = stand_finish);

/* The number of texts in all languages, for each type of bot that has them. */
static int written_texts(void)
{
    int count = 0;

    for (enum text text = 0; text < TEXTS; text++)
        for (enum bot_type type = 0; type < BOT_TYPES; type++)
            count += (text_keys[text].bots >> type & 1) != 0 ? 3 : 0;
    return count;
}

static void look(void)
{
    ck_ok(texts_watch_reload_if_changed(stand_app()->texts, &fault));
}

static const char *said(enum bot_type type, enum text text, enum language language)
{
    static char room[4096];
    struct buf out = buf_over(room, sizeof room - 1);

    text_render(texts_watch_texts(stand_app()->texts, type), text, language, NULL, 0, &out);
    ck_assert(!out.failed);
    room[out.len] = '\0';
    return room;
}

static bool says(enum bot_type type, enum language language, const char *piece)
{
    return strstr(said(type, TEXT_HELP, language), piece) != NULL;
}

static const struct bot_settings *settings(enum bot_type type)
{
    return texts_watch_settings(stand_app()->texts, type);
}

#define HELP_RU    "message_key = 'help' AND language = 'ru' AND bot_type = 'taxi'"
#define EDIT(text) stand_sql("UPDATE bot_messages SET message_text = '%s' WHERE " HELP_RU, text)

FIBER_TEST(built_in_texts_are_written_to_the_tables)
{
    ck_assert(says(BOT_TAXI, LANGUAGE_RU, "Что я умею"));
    look();
    ck_rows(written_texts(), "bot_messages");
    ck_rows(0, "bot_messages WHERE message_text <> built_in"
               " OR message_text LIKE '%%\\\\n%%' OR message_text = ''");
    ck_rows(1, "bot_messages WHERE " HELP_RU " AND message_text LIKE E'Что я умею:\n\n/search%%'");
    ck_sql_text("15", "SELECT setting_value::text FROM bot_settings"
                      " WHERE setting_key = 'hold_minutes' AND bot_type = 'taxi'");
    ck_assert(says(BOT_TAXI, LANGUAGE_RU, "Что я умею"));
    ck_assert_double_eq(metric_of("texts_refused"), 0);
}

FIBER_TEST(edited_text_is_used_while_active)
{
    look();
    EDIT("Первая\r\nвторая {{}}");
    look();
    ck_assert_str_eq(said(BOT_TAXI, TEXT_HELP, LANGUAGE_RU), "Первая\nвторая {}");
    ck_assert(says(BOT_APARTMENTS, LANGUAGE_RU, "Что я умею"));
    ck_assert(says(BOT_TAXI, LANGUAGE_EN, "What I can"));
    stand_sql("UPDATE bot_messages SET is_active = false WHERE " HELP_RU);
    look();
    ck_assert(says(BOT_TAXI, LANGUAGE_RU, "Что я умею"));
    stand_sql("UPDATE bot_messages SET is_active = true WHERE " HELP_RU);
    look();
    ck_assert(says(BOT_TAXI, LANGUAGE_RU, "Первая"));
    stand_sql("DELETE FROM bot_messages WHERE " HELP_RU);
    look();
    ck_assert(says(BOT_TAXI, LANGUAGE_RU, "Что я умею"));
}

/* Another version of the service has written other built-in texts. */
FIBER_TEST(unedited_row_follows_the_built_in_text)
{
    struct fault fault;

    look();
    stand_sql(
        "UPDATE bot_messages SET built_in = 'Old', message_text = 'Old' WHERE language = 'ru'");
    stand_sql("UPDATE bot_messages SET message_text = 'Mine' WHERE " HELP_RU);
    stand_sql("UPDATE bot_settings SET built_in = '7', setting_value = '7'"
              " WHERE setting_key = 'hold_minutes'");
    stand_sql("UPDATE bot_settings SET setting_value = '9'"
              " WHERE setting_key = 'hold_minutes' AND bot_type = 'taxi'");
    look();
    ck_assert_str_eq(said(BOT_TAXI, TEXT_HELP, LANGUAGE_RU), "Mine");
    ck_assert(says(BOT_APARTMENTS, LANGUAGE_RU, "Что я умею"));
    struct texts_watch *next = texts_watch_start(stand_service(), 1000, &fault);
    ck_assert(next != NULL && texts_watch_reload_if_changed(next, &fault));
    texts_watch_stop(next);
    ck_rows(0, "bot_messages WHERE built_in = 'Old'");
    ck_rows(1, "bot_messages WHERE message_text <> built_in");
    ck_sql_text("Mine", "SELECT message_text FROM bot_messages WHERE " HELP_RU);
    ck_sql_text("15 9", "SELECT string_agg(setting_value::text, ' ' ORDER BY bot_type)"
                        " FROM bot_settings WHERE setting_key = 'hold_minutes'");
    look();
    ck_assert_str_eq(said(BOT_TAXI, TEXT_HELP, LANGUAGE_RU), "Mine");
    ck_assert_int_eq(settings(BOT_TAXI)->hold_minutes, 9);
}

FIBER_TEST(invalid_text_is_counted_and_not_used)
{
    int of_apartments = 0; /* texts that bots of this type have */

    for (int text = 0; text < TEXTS; text++)
        of_apartments += (text_keys[text].bots & 1U << BOT_APARTMENTS) != 0;
    look();
    EDIT("Привет, {name}");
    look();
    ck_assert(says(BOT_TAXI, LANGUAGE_RU, "Что я умею"));
    ck_assert_double_eq(metric_of("texts_refused"), 1);
    stand_sql("UPDATE bot_messages SET message_text = '<b>' WHERE bot_type = 'apartments'");
    look();
    ck_assert_double_eq(metric_of("texts_refused"), 1 + of_apartments * 3);
    stand_sql("UPDATE bot_messages SET message_text = built_in");
    look();
    ck_assert_double_eq(metric_of("texts_refused"), 0);
    stand_sql("INSERT INTO bot_messages (message_key, bot_type, language, message_text, built_in)"
              " VALUES ('of_another_version', 'taxi', 'ru', '<b>', 'x')");
    look();
    ck_assert_double_eq(metric_of("texts_refused"), 0);
}

static const struct {
    const char *key, *value;
    bool taken;
} values[] = {
    {"hold_minutes",      "60",            true },
    {"hold_minutes",      "1",             true },
    {"hold_minutes",      "0",             false},
    {"hold_minutes",      "61",            false},
    {"hold_minutes",      "\"20\"",        false},
    {"hold_minutes",      "20.5",          false},
    {"hold_minutes",      "null",          false},
    {"hold_minutes",      "[20]",          false},
    {"search_results",    "10",            true },
    {"search_results",    "11",            false},
    {"support",           "\"@help\"",     true },
    {"support",           "7",             false},
    {"support",           "\"a\\u0007\"",  false},
    {"offer_url",         "\"https://a\"", true },
    {"agreement_version", "\"2\"",         true },
    {"agreement_version", "\"\"",          false},
    {"later",             "7",             true },
};

FIBER_TEST(setting_is_used_within_its_bounds)
{
    const struct bot_settings usual = bot_settings_default();

    look();
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        const char *key = values[i].key, *value = values[i].value;
        const bool taken = values[i].taken;
        stand_sql("DELETE FROM bot_settings WHERE bot_type = 'taxi'");
        stand_sql("INSERT INTO bot_settings (setting_key, bot_type, setting_value, built_in)"
                  " VALUES ('%s', 'taxi', '%s', '[]')",
                  key, value);
        look();
        const struct bot_settings *set = settings(BOT_TAXI);
        const bool changed = set->hold_minutes != usual.hold_minutes ||
                             set->search_results != usual.search_results ||
                             !slice_equal(set->support, usual.support) ||
                             !slice_equal(set->offer_url, usual.offer_url) ||
                             !slice_equal(set->agreement_version, usual.agreement_version);
        ck_assert_msg(changed == (taken && strcmp(key, "later") != 0), "%s %s", key, value);
        ck_assert_msg(metric_of("texts_refused") == (taken ? 0 : 1), "%s %s", key, value);
        ck_assert_int_eq(settings(BOT_APARTMENTS)->hold_minutes, usual.hold_minutes);
    }
}

FIBER_TEST(long_setting_is_not_used)
{
    look();
    stand_sql("UPDATE bot_settings SET setting_value = to_jsonb(repeat('ы', 200))"
              " WHERE setting_key = 'support'");
    look();
    ck_assert_uint_eq(settings(BOT_TAXI)->support.len, 400);
    stand_sql("UPDATE bot_settings SET setting_value = to_jsonb(repeat('ы', 201))"
              " WHERE setting_key = 'support'");
    look();
    ck_assert_uint_eq(settings(BOT_TAXI)->support.len, 0);
}

FIBER_TEST(failed_read_keeps_the_previous_data)
{
    struct fault fault;

    look();
    EDIT("Моё");
    look();
    stand_sql("ALTER TABLE bot_messages RENAME TO away");
    ck_assert(!texts_watch_reload_if_changed(stand_app()->texts, &fault));
    stand_sql("ALTER TABLE away RENAME TO bot_messages");
    ck_assert(says(BOT_TAXI, LANGUAGE_RU, "Моё"));
}

enum { COPIES = 4 };

static bool write_once(struct db *tx, void *arg, struct fault *fault)
{
    return text_store_write_built_in(tx, fault);
}

static void copy(void *data)
{
    ck_ok(db_transaction(stand_service()->pool, write_once, NULL, &fault));
}

FIBER_TEST(instances_that_start_together_write_once)
{
    stand_race(COPIES, copy);
    ck_rows(written_texts(), "bot_messages");
    ck_sql(1, "SELECT max(version) FROM bot_messages");
}
