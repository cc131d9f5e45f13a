// SPDX-License-Identifier: MIT
#include <time.h>

#include "base/date.h"

#include "support/test.h"

TEST(every_day_round_trips_through_text)
{
    for (int32_t day = DATE_MIN; day <= DATE_MAX; day++) {
        char text[DATE_TEXT_LEN + 1], expected[DATE_TEXT_LEN + 1];
        time_t seconds = (time_t)day * 86400;
        struct tm tm;
        int32_t back = DATE_ABSENT;

        gmtime_r(&seconds, &tm);
        strftime(expected, sizeof expected, "%Y-%m-%d", &tm);
        date_format(day, text);
        ck_assert_str_eq(text, expected);
        ck_assert(date_parse(slice_of(text), &back));
        ck_assert_int_eq(back, day);
        ck_assert_int_eq(date_weekday(day), tm.tm_wday == 0 ? 7 : tm.tm_wday);
    }
}

static const struct {
    const char *text, *why;
} refused[] = {
    {"2026-02-29",  "not a leap year"      },
    {"2100-01-01",  "after the last day"   },
    {"1969-12-31",  "before the first day" },
    {"2026-00-10",  "month 0"              },
    {"2026-13-10",  "month 13"             },
    {"2026-04-31",  "April has 30 days"    },
    {"2026-01-00",  "day 0"                },
    {"2026-01-32",  "day 32"               },
    {"2026-1-01",   "one digit"            },
    {"2026-01-1",   "too short"            },
    {"2026-01-011", "too long"             },
    {"2026/01/01",  "slashes"              },
    {"2026-01/01",  "one slash"            },
    {"20x6-01-01",  "a letter in the year" },
    {"2026-x1-01",  "a letter in the month"},
    {"2026-01-0x",  "a letter in the day"  },
    {"2026-01-+1",  "a sign"               },
    {" 2026-01-1",  "a space"              },
    {"",            "nothing"              },
};

TEST_ROWS_WHY(invalid_day_is_refused_and_keeps_the_output, refused)
{
    int32_t day = 77;

    ck_assert(!date_parse(slice_of(row->text), &day));
    ck_assert_int_eq(day, 77);
}

TEST(days_outside_the_range_have_year_month_and_weekday)
{
    struct date_civil civil = date_to_civil(-719468);

    ck_assert_int_eq(civil.year, 0);
    ck_assert_int_eq(civil.month, 3);
    ck_assert_int_eq(civil.day, 1);
    civil = date_to_civil(-719469);
    ck_assert_int_eq(civil.month, 2);
    ck_assert_int_eq(civil.day, 29);
    ck_assert_int_eq(date_to_civil(-1).year, 1969);
    ck_assert_int_eq(date_weekday(-1), 3);
    ck_assert_int_eq(date_weekday(-4), 7);
    ck_assert_int_eq(date_weekday(-719469), 2);
}

static const struct {
    const char *from;
    int month, day;
    const char *next; /* NULL: none */
} next_days[] = {
    {"2026-11-24", 0,  24, "2026-11-24"},
    {"2026-11-25", 0,  24, "2026-12-24"},
    {"2026-12-25", 0,  24, "2027-01-24"},
    {"2027-02-01", 0,  31, "2027-03-31"},
    {"2026-11-24", 11, 24, "2026-11-24"},
    {"2026-11-24", 11, 23, "2027-11-23"},
    {"2026-11-24", 2,  29, "2028-02-29"},
    {"2028-03-01", 2,  29, "2032-02-29"},
    {"2026-11-24", 4,  31, NULL        },
    {"2026-11-24", 13, 1,  NULL        },
    {"2099-12-31", 0,  30, NULL        },
};

TEST_ROWS(next_day_is_found_or_the_output_kept, next_days)
{
    char next[DATE_TEXT_LEN + 1];
    int32_t from, day = DATE_MIN;

    ck_assert(date_parse(slice_of(row->from), &from));
    ck_assert(date_find_next(from, row->month, row->day, &day) == (row->next != NULL));
    date_format(day, next);
    ck_assert_str_eq(next, row->next != NULL ? row->next : "1970-01-01");
}
