// SPDX-License-Identifier: MIT
/* The texts of the bots: present in every language and valid for their use. */
#include "base/now.h"

#include "support/scratch.h"
#include "telegram/text.h"
#include "texts/text_key.h"

static const char *say(enum text text, enum language language, const struct text_value *values,
                       size_t count)
{
    static char room[64 * 1024];
    struct buf out = buf_over(room, sizeof room - 1);

    text_render(texts_built_in(), text, language, values, count, &out);
    ck_assert(!out.failed);
    room[out.len] = '\0';
    return room;
}

TEST_LOOP(every_text_exists_in_every_language, TEXT_NONE + 1, TEXTS)
{
    const struct texts *text = &texts_built_in()[_i];

    ck_assert_uint_gt(text->ru.len, 0);
    ck_assert_uint_gt(text->kz.len, 0);
    ck_assert_uint_gt(text->en.len, 0);
}

/* The generator sorts them in with the rows of texts.tsv. */
TEST_LOOP(label_of_an_amenity_is_its_name, 0, AMENITIES)
{
    const struct texts *label = &texts_built_in()[texts_of_amenities[_i]];

    ck_assert_slice(label->ru, amenity_table[_i].names[LANGUAGE_RU]);
    ck_assert_slice(label->kz, amenity_table[_i].names[LANGUAGE_KZ]);
    ck_assert_slice(label->en, amenity_table[_i].names[LANGUAGE_EN]);
}

TEST_LOOP(values_of_every_text_are_known, TEXT_NONE + 1, TEXTS)
{
    struct slice rest = slice_of(text_keys[_i].values), name;
    bool may_be_missing;
    size_t count = 0;

    while (text_key_cut_value_name(&rest, &name, &may_be_missing)) {
        ck_assert_msg(text_value_find_kind(name) != NULL, "values.tsv has no %.*s",
                      SLICE_ARG(name));
        count++;
    }
    ck_assert_uint_le(count, TEXT_VALUES_MAX);
    ck_assert_uint_le(strlen(text_keys[_i].name), TEXT_KEY_MAX);
    ck_assert_int_eq(text_key_find(slice_of(text_keys[_i].name)), _i);
    ck_assert_uint_ne(text_keys[_i].bots, 0);
}

TEST(key_is_the_name_of_the_constant_in_lower_case)
{
    ck_assert_str_eq(text_keys[TEXT_STAY_CITY_UNKNOWN].name, "stay_city_unknown");
    ck_assert_int_eq(text_key_find(SLICE("stay_city_unknown")), TEXT_STAY_CITY_UNKNOWN);
    ck_assert_int_eq(text_key_find(SLICE("stay_city_unknow")), TEXTS);
    ck_assert_int_eq(text_key_find(SLICE("stay_city_unknowns")), TEXTS);
    ck_assert_int_eq(text_key_find(SLICE("STAY_CITY_UNKNOWN")), TEXTS);
    ck_assert_int_eq(text_key_find(SLICE_NONE), TEXTS);
    ck_assert_int_eq(text_key_find(SLICE("")), TEXTS);
}

static const struct text_key taking = {"taking", TEXT_USE_MESSAGE, 1, "name? minutes"};
static const struct {
    const char *why;
    struct text_value values[2];
    size_t count;
    bool takes;
} given[] = {
    {"all",
     {{.name = "name", .text = {"A", 1}, .number = 0},
      {.name = "minutes", .text = {NULL, 0}, .number = 5}},
     2,                                                                                     true },
    {"a missing optional value",  {{.name = "minutes", .text = {NULL, 0}, .number = 5}}, 1, true },
    {"a missing required value",  {{.name = "name", .text = {"A", 1}, .number = 0}},     1, false},
    {"text in place of a number", {{.name = "minutes", .text = {"5", 1}, .number = 0}},  1, false},
    {"a number in place of text",
     {{.name = "name", .text = {NULL, 0}, .number = 0},
      {.name = "minutes", .text = {NULL, 0}, .number = 5}},
     2,                                                                                     false},
    {"an unknown value",
     {{.name = "minutes", .text = {NULL, 0}, .number = 5},
      {.name = "city", .text = {"A", 1}, .number = 0}},
     2,                                                                                     false},
    {"one twice",
     {{.name = "minutes", .text = {NULL, 0}, .number = 5},
      {.name = "minutes", .text = {NULL, 0}, .number = 5}},
     2,                                                                                     false},
};

TEST_ROWS_WHY(text_accepts_only_its_own_values, given)
{
    ck_assert(text_key_accepts(&taking, row->values, row->count) == row->takes);
}

/* 2026-11-22 14:35 in Almaty. */
#define NOON INT64_C(1795340100000000)
static const struct {
    const char *why;
    enum text text;
    struct text_value value;
    const char *said;
} formats[] = {
    {"money",                 TEXT_STAY_SECURITY, {.name = "security", .number = 1800000},            "18\u00a0000\u00a0₸"},
    {"dates",
     TEXT_STAY_BUTTON_WEEKEND,                    {.name = "dates", .number = 20779, .other = 20781},
     "22–24 "                                                                                                             },
    {"a time of today",       TEXT_STAY_HELD,     {.name = "until", .number = NOON, .other = NOON},   "14:35"               },
    {"a time of another day", TEXT_STAY_HELD,     {.name = "until", .number = NOON},                  ", 14:35"             },
    {"a text",                TEXT_STAY_HELD,     {.name = "until", .text = {"soon", 4}},             "soon"                },
};

TEST_ROWS_WHY(number_is_written_in_the_format_of_its_name, formats)
{
    ck_has(say(row->text, LANGUAGE_RU, &row->value, 1), row->said);
}

TEST(absent_values_are_missing)
{
    const struct text_value absent[] = {
        {.name = "until", .number = FIELD_ABSENT},
        {.name = "name"              }
    };

    const char *without = textf("%s", say(TEXT_STAY_HELD, LANGUAGE_RU, NULL, 0));
    ck_assert_str_eq(say(TEXT_STAY_HELD, LANGUAGE_RU, &absent[0], 1), without);
    without = textf("%s", say(TEXT_START, LANGUAGE_RU, NULL, 0));
    ck_assert_str_eq(say(TEXT_START, LANGUAGE_RU, &absent[1], 1), without);
}

TEST(long_value_is_cut)
{
    char name[4096];
    const struct text_value value = {
        .name = "name", .text = {name, sizeof name}
    };

    memset(name, '"', sizeof name);
    const struct slice use = slice_of(say(TEXT_START, LANGUAGE_EN, &value, 1));
    ck_assert(telegram_text_check_html(use, &fault));
    ck_assert_uint_eq(
        telegram_text_length(use, TELEGRAM_HTML),
        telegram_text_length(slice_of(say(TEXT_START, LANGUAGE_EN, NULL, 0)), TELEGRAM_HTML) + 2 +
            64);
}

TEST(text_is_rendered_in_its_language)
{
    ck_has(say(TEXT_HELP, LANGUAGE_RU, NULL, 0), "Что я умею");
    ck_has(say(TEXT_HELP, LANGUAGE_KZ, NULL, 0), "Не істей");
    ck_has(say(TEXT_HELP, LANGUAGE_EN, NULL, 0), "What I can");
}

static const char *deadline_text(int64_t until, int64_t now)
{
    const struct text_value value = {.name = "until", .number = until, .other = now};

    return say(TEXT_STAY_HELD, LANGUAGE_EN, &value, 1);
}

/* Apps show it in the time zone of the reader, older ones the text inside. */
TEST(deadline_is_marked_as_a_point_in_time)
{
    const int64_t until = INT64_C(1796116800) * US_PER_S; /* 2026-12-01 09:20:00 UTC */

    ck_assert_ptr_nonnull(
        strstr(deadline_text(until, until),
               "<b><tg-time unix=\"1796116800\" format=\"t\">14:20</tg-time></b>"));
    ck_assert_ptr_nonnull(strstr(deadline_text(until, 0), "<b><tg-time unix=\"1796116800\" "
                                                          "format=\"Dt\">"));
    ck_assert_ptr_null(strstr(deadline_text(0, 0), "tg-time"));
}

/* The clock at the apartment is meant, wherever the guest reads it. */
TEST(arrival_is_no_point_in_time)
{
    const struct text_value values[] = {
        {.name = "arrival",   .number = INT64_C(1796116800) * US_PER_S},
        {.name = "departure", .number = INT64_C(1796203200) * US_PER_S},
    };

    ck_assert_ptr_null(strstr(say(TEXT_STAY_ARRIVAL, LANGUAGE_RU, values, 2), "tg-time"));
}
