// SPDX-License-Identifier: MIT
#include "base/date.h"
#include "base/money.h"
#include "base/parse.h"

#include "support/test.h"
#include "texts/format.h"

TEST_CASE("say");

#define NBSP "\xc2\xa0"

static int32_t day(const char *text)
{
    int32_t read = 0;

    ck_assert(date_parse(slice_of(text), &read));
    return read;
}

static int64_t time_of(const char *text)
{
    int64_t read = 0;

    ck_assert(parse_timestamp(slice_of(text), &read));
    return read;
}

static const struct {
    int64_t tiyn;
    const char *formatted;
} sums[] = {
    {0,             "0" NBSP "₸"                                  },
    {100,           "1" NBSP "₸"                                  },
    {99900,         "999" NBSP "₸"                                },
    {100000,        "1" NBSP "000" NBSP "₸"                       },
    {1800000,       "18" NBSP "000" NBSP "₸"                      },
    {100500000,     "1" NBSP "005" NBSP "000" NBSP "₸"            },
    {1000000000000, "10" NBSP "000" NBSP "000" NBSP "000" NBSP "₸"},
};

TEST_ROWS(money_is_whole_tenge_in_groups_of_three, sums)
{
    const struct formatted formatted = format_money(row->tiyn);

    ck_assert_slice(formatted_slice(&formatted), row->formatted);
}

static const struct {
    int64_t tiyn, parts;
    const char *formatted;
} shares[] = {
    {1800000,       2,   "9" NBSP "000" NBSP "₸"                                 },
    {1800000,       1,   "18" NBSP "000" NBSP "₸"                                },
    {7100000,       3,   "≈" NBSP "23" NBSP "667" NBSP "₸"                     },
    {7000000,       3,   "≈" NBSP "23" NBSP "333" NBSP "₸"                     },
    {300,           2,   "≈" NBSP "2" NBSP "₸"                                 },
    {1000000000000, 366, "≈" NBSP "27" NBSP "322" NBSP "404" NBSP "₸"          },
    {1000000000000, 3,   "≈" NBSP "3" NBSP "333" NBSP "333" NBSP "333" NBSP "₸"},
};

/* As search-api and booking-api round. */
TEST(part_of_money_is_the_price_per_night)
{
    uint64_t random = 88172645463325252;

    for (int i = 0; i < 2000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        const int64_t nights = 1 + (int64_t)(random % 366);
        const int64_t total = (int64_t)(random / 1000 % 20000000) * 100;
        const struct formatted part = format_money_part(total, nights);
        const struct formatted night = format_money(money_per_night(total, nights));
        struct slice shown = formatted_slice(&part);
        if (total / 100 % nights != 0)
            shown = slice_from(shown, strlen("≈" NBSP));
        ck_assert(slice_equal(shown, formatted_slice(&night)));
    }
}

TEST_ROWS(rounded_part_of_money_is_marked, shares)
{
    const struct formatted formatted = format_money_part(row->tiyn, row->parts);

    ck_assert_slice(formatted_slice(&formatted), row->formatted);
}

static const struct {
    enum language language;
    const char *day, *formatted, *shortly;
} dates[] = {
    {LANGUAGE_RU, "2026-11-22", "22 ноября, вс",    "вс 22 ноя"},
    {LANGUAGE_EN, "2026-11-22", "22 November, Sun",         "Sun 22 Nov"    },
    {LANGUAGE_KZ, "2026-11-22", "22 қараша, жс",    "жс 22 қар"},
    {LANGUAGE_RU, "2027-01-04", "4 января, пн",     "пн 4 янв" },
    {LANGUAGE_KZ, "2027-09-01", "1 қыркүйек, ср", "ср 1 қыр" },
    {LANGUAGE_EN, "2027-12-31", "31 December, Fri",         "Fri 31 Dec"    },
    {LANGUAGE_RU, "2028-02-29", "29 февраля, вт",  "вт 29 фев"},
};

TEST_ROWS(date_has_month_and_weekday_in_the_language, dates)
{
    const struct formatted formatted = format_date(day(row->day), row->language),
                           shortly = format_short_date(day(row->day), row->language);

    ck_assert_slice(formatted_slice(&formatted), row->formatted);
    ck_assert_slice(formatted_slice(&shortly), row->shortly);
}

static const struct {
    enum language language;
    const char *from, *to, *formatted;
} ranges[] = {
    {LANGUAGE_RU, "2026-11-22", "2026-11-24", "22–24 ноя"        },
    {LANGUAGE_RU, "2026-11-30", "2026-12-02", "30 ноя – 2 дек"},
    {LANGUAGE_EN, "2026-12-31", "2027-12-01", "31 Dec – 1 Dec"      },
    {LANGUAGE_KZ, "2026-05-01", "2026-05-03", "1–3 мам"          },
};

TEST_ROWS(range_within_a_month_names_it_once, ranges)
{
    const struct formatted formatted =
        format_date_range(day(row->from), day(row->to), row->language);

    ck_assert_slice(formatted_slice(&formatted), row->formatted);
}

static const struct {
    const char *at, *now, *formatted;
} times[] = {
    {"2026-11-21T09:35:00Z", "2026-11-21T09:20:00Z", "14:35"                       },
    {"2026-11-21T19:05:00Z", "2026-11-21T18:59:00Z", "22 ноября, вс, 00:05"},
    {"2026-11-21T19:05:00Z", "2026-11-21T19:00:00Z", "00:05"                       },
    {"2026-11-22T09:00:00Z", "2026-11-21T09:00:00Z", "22 ноября, вс, 14:00"},
};

TEST_ROWS(time_is_local_and_names_another_day, times)
{
    const struct formatted formatted =
        format_time_and_date_if_other(time_of(row->at), time_of(row->now), LANGUAGE_RU);

    ck_assert_slice(formatted_slice(&formatted), row->formatted);
}

TEST(day_begins_at_local_midnight)
{
    ck_assert_int_eq(format_day_of(time_of("2026-11-21T18:59:59Z")), day("2026-11-21"));
    ck_assert_int_eq(format_day_of(time_of("2026-11-21T19:00:00Z")), day("2026-11-22"));
}

TEST(hour_and_minute_are_local)
{
    ck_assert_int_eq(format_hour_of(time_of("2026-11-21T18:59:59Z")), 23);
    ck_assert_int_eq(format_minute_of(time_of("2026-11-21T18:59:59Z")), 59);
    ck_assert_int_eq(format_hour_of(time_of("2026-11-21T19:00:00Z")), 0);
    ck_assert_int_eq(format_minute_of(time_of("2026-11-21T19:00:00Z")), 0);
}

static const struct {
    const char *text, *day; /* NULL: none */
} typed[] = {
    {"22.11",        "2026-11-22"},
    {" 22.11 ",      "2026-11-22"},
    {"21.11",        "2026-11-21"},
    {"20.11",        "2027-11-20"},
    {"1.1",          "2027-01-01"},
    {"01.01",        "2027-01-01"},
    {"22.11.2027",   "2027-11-22"},
    {"20.11.2026",   "2026-11-20"},
    {"2026-11-22",   "2026-11-22"},
    {"29.02",        "2028-02-29"},
    {"30.02",        NULL        },
    {"29.02.2028",   "2028-02-29"},
    {"31.11",        NULL        },
    {"22",           NULL        },
    {"22.",          NULL        },
    {"22.11.",       NULL        },
    {"22.11.26",     NULL        },
    {"22.11.2026.",  NULL        },
    {".11",          NULL        },
    {"-1.11",        NULL        },
    {"22.13",        NULL        },
    {"2026-11-31",   NULL        },
    {"завтра", NULL        },
    {"",             NULL        },
};

TEST_ROWS(typed_day_is_the_next_such_day, typed)
{
    int32_t read = DATE_ABSENT;
    const bool well = format_parse_date(slice_of(row->text), day("2026-11-21"), &read);

    ck_assert_msg(well == (row->day != NULL), "%s", row->text);
    ck_assert_int_eq(read, well ? day(row->day) : DATE_ABSENT);
}
