// SPDX-License-Identifier: MIT
/* Days in phrases: what the bot itself writes is read back, and a word that is not in the
 * vocabulary never leaves a sure date beside a weekday. */
#include "base/buf.h"
#include "base/date.h"

#include "phrase_world.h"
#include "support/test.h"
#include "texts/format.h"

enum { WORK_BYTES = 1 << 17, NOON = 12, FIRST_DAY = 20819 /* 2027-01-01 */, DAYS = 731 };

TEST_CASE("phrase_days", .timeout_s = 60);

static const enum language languages[] = {LANGUAGE_RU, LANGUAGE_KZ, LANGUAGE_EN};

static struct phrase read_phrase(const char *text, enum language language, int32_t today)
{
    struct arena arena = ARENA(WORK_BYTES);
    const struct phrase_now now = {.day = today, .hour = NOON};
    struct phrase phrase;
    struct fault fault;

    ck_assert_msg(
        phrase_read(phrase_world_words(), slice_of(text), language, now, &arena, &phrase, &fault),
        "%s", text);
    arena_finish(&arena);
    return phrase;
}

static void check_dates(const char *text, enum language language, int32_t today, int32_t check_in,
                        int32_t check_out)
{
    const struct phrase phrase = read_phrase(text, language, today);

    ck_assert_msg(phrase.check_in == check_in && phrase.check_out == check_out,
                  "\"%s\" on day %d is %d to %d, not %d to %d", text, today, phrase.check_in,
                  phrase.check_out, check_in, check_out);
}

static void check_never_another_day(const char *text, enum language language, int32_t today,
                                    int32_t day)
{
    const struct phrase phrase = read_phrase(text, language, today);

    ck_assert_msg(phrase.check_in == day || phrase.check_in == DATE_ABSENT, "%s", text);
    ck_assert_msg(phrase.check_in == day || phrase.ask == PHRASE_ASK_DATES, "%s", text);
}

/* --- what the bot writes --- */

typedef struct formatted write_day(int32_t day, enum language language);

static struct formatted write_day_with_time(int32_t day, enum language language)
{
    enum { DAY_US_S = 24 * 3600 };
    const int64_t wall_us = ((int64_t)day * DAY_US_S + 14 * 3600 - FORMAT_ZONE_S) * US_PER_S;

    return format_time_and_date_if_other(wall_us, 0, language);
}

static write_day *const writers[] = {format_date, format_short_date, write_day_with_time};

/* Days between "today" and the written day. */
static const int32_t leads[] = {0, 1, 6, 7, 45, 200, 269};

static int32_t lead_of(int32_t day, int turn)
{
    return leads[((size_t)day + (size_t)turn * 3) % COUNT(leads)];
}

TEST_ROWS(written_day_is_read_back, languages)
{
    for (int32_t day = FIRST_DAY; day < FIRST_DAY + DAYS; day++)
        for (int turn = 0; turn < 2; turn++)
            for (size_t i = 0; i < COUNT(writers); i++)
                check_dates(writers[i](day, *row).text, *row, day - lead_of(day, turn), day,
                            DATE_ABSENT);
}

TEST_ROWS(written_range_is_read_back, languages)
{
    static const int32_t lengths[] = {1, 2, 7, 30};

    for (int32_t day = FIRST_DAY; day < FIRST_DAY + DAYS; day++) {
        const int32_t last = day + lengths[(size_t)day % COUNT(lengths)];
        const int32_t today = day - leads[(size_t)day % (COUNT(leads) - 1)];
        check_dates(format_date_range(day, last, *row).text, *row, today, day, last);
        for (size_t i = 0; i + 1 < COUNT(writers); i++) {
            const struct formatted a = writers[i](day, *row), b = writers[i](last, *row);
            check_dates(textf("%s – %s", a.text, b.text), *row, today, day, last);
            check_dates(textf("%s - %s", a.text, b.text), *row, today, day, last);
        }
    }
}

TEST_ROWS(written_weekday_and_month_are_no_other_day, languages)
{
    for (int32_t day = FIRST_DAY; day < FIRST_DAY + DAYS; day++) {
        const char *const weekday = format_weekday_name(date_weekday(day), *row);
        check_never_another_day(weekday, *row, day - 1 - day % 6, day);
        check_never_another_day(format_month(day, *row).text, *row, day - lead_of(day, 0), day);
    }
}

/* --- words that are not in the vocabulary --- */

static const struct {
    enum language language;
    const char *weekday;
} weekdays[] = {
    {LANGUAGE_RU, "сб"             },
    {LANGUAGE_RU, "суббота"   },
    {LANGUAGE_RU, "в пятницу"},
    {LANGUAGE_RU, "среда"       },
    {LANGUAGE_KZ, "бс"             },
    {LANGUAGE_KZ, "сенбі"       },
    {LANGUAGE_KZ, "жұма"         },
    {LANGUAGE_KZ, "сс"             },
    {LANGUAGE_EN, "Sat"              },
    {LANGUAGE_EN, "Friday"           },
    {LANGUAGE_EN, "on Monday"        },
};

static const char *const unknown_words[] = {"дкб", "жлт", "dcm", "xxx", "ыфвщ", "қщж", "Zqrt"};

/* "w" is the weekday, "d" the day of the month, "x" the unknown word. */
static const char *const orders[] = {
    "w d x", "w, d x", "d x, w", "d x w", "w x d", "w, x d", "d w x", "x d, w", "x w", "w x",
};

static const char *write_in_order(const char *order, const char *weekday, int day, const char *word)
{
    static char text[128];
    struct buf out;

    buf_init_over(&out, text, sizeof text - 1);
    for (; *order != '\0'; order++)
        switch (*order) {
        case 'w':
            buf_text(&out, weekday);
            break;
        case 'd':
            buf_i64(&out, day);
            break;
        case 'x':
            buf_text(&out, word);
            break;
        default:
            buf_char(&out, *order);
        }
    text[out.len] = '\0';
    return text;
}

TEST_ROWS(unknown_word_beside_weekday_leaves_no_date, weekdays)
{
    enum { TODAY = 20781 /* 2026-11-24 */, DAYS_OF_MONTH = 31 };

    for (int day = 1; day <= DAYS_OF_MONTH; day++)
        for (size_t word = 0; word < COUNT(unknown_words); word++)
            for (size_t order = 0; order < COUNT(orders); order++) {
                /* A preposition separates the word from the weekday: "квртр в пятницу". */
                if (strchr(orders[order], 'd') == NULL && strchr(row->weekday, ' ') != NULL)
                    continue;
                const char *text =
                    write_in_order(orders[order], row->weekday, day, unknown_words[word]);
                const struct phrase phrase = read_phrase(text, row->language, TODAY);
                ck_assert_msg(phrase.check_in == DATE_ABSENT && phrase.check_out == DATE_ABSENT &&
                                  (phrase.ask & PHRASE_ASK_DATES) != 0,
                              "%s", text);
            }
}

/* --- dates without a year --- */

/* Each day of the next year is read or offered, so that a guest can always say it. */
TEST_ROWS(each_bookable_date_is_read_or_offered, languages)
{
    enum { TODAY = 20781 /* 2026-11-24 */, YEAR = 365, NIGHTS = 3 };
    int offered = 0;

    for (int32_t day = TODAY; day <= TODAY + YEAR - NIGHTS; day++) {
        const struct formatted date = format_date(day, *row);
        const struct phrase phrase = read_phrase(date.text, *row, TODAY);
        if (phrase.check_in == day)
            continue;
        offered++;
        ck_assert_msg(phrase.check_in == DATE_ABSENT && phrase.ask == PHRASE_ASK_DATES &&
                          phrase.far_check_in == day && phrase.far_nights == 0,
                      "\"%s\": %d", date.text, phrase.far_check_in);
        const struct formatted range = format_date_range(day, day + NIGHTS, *row);
        const struct phrase stay = read_phrase(range.text, *row, TODAY);
        ck_assert_msg(stay.far_check_in == day && stay.far_nights == NIGHTS, "\"%s\": %d for %d",
                      range.text, stay.far_check_in, stay.far_nights);
    }
    ck_assert_int_gt(offered, YEAR / 5);
}

static const struct {
    enum language language;
    const char *phrase;
} not_far[] = {
    {LANGUAGE_RU, "31 ноября"                     },
    {LANGUAGE_RU, "вчера"                          },
    {LANGUAGE_RU, "5 декабря"                    },
    {LANGUAGE_RU, "5-8 сентября на 2 ночи"},
    {LANGUAGE_RU, "8-5 сентября"                },
    {LANGUAGE_RU, "в сентябре"                 },
    {LANGUAGE_RU, "суббота, 6 сентября"  },
    {LANGUAGE_RU, "5 или 6 сентября"         },
    {LANGUAGE_EN, "29 February"                         },
    {LANGUAGE_KZ, "5 қыркүйектен кейін" },
};

TEST_ROWS(no_other_date_is_offered, not_far)
{
    const struct phrase phrase = read_phrase(row->phrase, row->language, 20781);

    ck_assert_msg(phrase.far_check_in == 0 && phrase.far_nights == 0, "%s: %d", row->phrase,
                  phrase.far_check_in);
}

static const struct {
    enum language language;
    const char *phrase;
} unsure[] = {
    {LANGUAGE_RU, "5 дкб - 8 дек"                       },
    {LANGUAGE_RU, "5 дек - 8 дкб"                       },
    {LANGUAGE_RU, "с 5 по 8 фврл"                      },
    {LANGUAGE_RU, "с 5 дкбр по 8 декабря"       },
    {LANGUAGE_RU, "с сб 12 дкб по пн 14 дкб"     },
    {LANGUAGE_RU, "слд пятница"                     },
    {LANGUAGE_RU, "в слдщ субботу на сутки"},
    {LANGUAGE_RU, "в пятницу 2"                       },
    {LANGUAGE_KZ, "бс 10 жлт - жм 11 жлт"           },
    {LANGUAGE_KZ, "5 жлт - 8 жел"                       },
    {LANGUAGE_EN, "5 dcm - 8 Dec"                             },
    {LANGUAGE_EN, "dcm 5 to Dec 8"                            },
};

TEST_ROWS(misspelt_month_leaves_no_date, unsure)
{
    const struct phrase phrase = read_phrase(row->phrase, row->language, 20781);

    ck_assert_msg(phrase.check_in == DATE_ABSENT && phrase.check_out == DATE_ABSENT &&
                      (phrase.ask & PHRASE_ASK_DATES) != 0,
                  "%s", row->phrase);
}
