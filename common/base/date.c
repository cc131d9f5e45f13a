// SPDX-License-Identifier: MIT
/* Converts dates to day numbers, so that nights and ranges are plain integers. The conversions
 * count from 1 March, so that the leap day is the last day of its year. */
#include "base/date.h"

#include "base/ascii.h"

enum {
    DAYS_OF_ERA = 146097,  /* days of 400 years */
    DAYS_TO_1970 = 719468, /* days from 0000-03-01 to 1970-01-01 */
    FIRST_WEEKDAY = 3,     /* 1970-01-01 was a Thursday: Monday + 3 */
    LEAP_MONTHS = 8 * 12   /* maximum from one 29 February to the next */
};

static int32_t day_number_of_civil(int year, int month, int day)
{
    int march_year = month > 2 ? year : year - 1;
    int era = (march_year >= 0 ? march_year : march_year - 399) / 400;
    int year_of_era = march_year - era * 400;
    int march_month = month > 2 ? month - 3 : month + 9;
    int day_of_year = (153 * march_month + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * DAYS_OF_ERA + day_of_era - DAYS_TO_1970;
}

struct date_civil date_to_civil(int32_t day)
{
    int64_t shifted = (int64_t)day + DAYS_TO_1970;
    int64_t era = (shifted >= 0 ? shifted : shifted - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA;
    int of_era = (int)(shifted - era * DAYS_OF_ERA);
    int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (5 * of_year + 2) / 153;
    int day_of_month = of_year - (153 * month + 2) / 5 + 1;
    int civil_month = month < 10 ? month + 3 : month - 9;

    return (struct date_civil){.year = (int)(year + era * 400) + (civil_month <= 2),
                               .month = civil_month,
                               .day = day_of_month};
}

static int days_in_month(int year, int month)
{
    static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

bool date_from_civil(struct date_civil civil, int32_t *day)
{
    if (civil.year < 1970 || civil.year > 2099 || civil.month < 1 || civil.month > 12)
        return false;
    if (civil.day < 1 || civil.day > days_in_month(civil.year, civil.month))
        return false;
    *day = day_number_of_civil(civil.year, civil.month, civil.day);
    return true;
}

bool date_parse(struct slice text, int32_t *day)
{
    struct date_civil civil;

    if (text.len != DATE_TEXT_LEN || text.at[4] != '-' || text.at[7] != '-')
        return false;
    civil.year = ascii_parse_digits(text.at, 4);
    civil.month = ascii_parse_digits(text.at + 5, 2);
    civil.day = ascii_parse_digits(text.at + 8, 2);
    return date_from_civil(civil, day);
}

void date_format(int32_t day, char out[DATE_TEXT_LEN + 1])
{
    struct date_civil civil = date_to_civil(day);

    ascii_format_digits(out, 4, civil.year);
    out[4] = '-';
    ascii_format_digits(out + 5, 2, civil.month);
    out[7] = '-';
    ascii_format_digits(out + 8, 2, civil.day);
    out[DATE_TEXT_LEN] = '\0';
}

bool date_find_next(int32_t from, int month, int day_of_month, int32_t *day)
{
    struct date_civil civil = date_to_civil(from);
    int32_t found;

    civil.day = day_of_month;
    for (int i = 0; i <= LEAP_MONTHS; i++) {
        if ((month == 0 || civil.month == month) && date_from_civil(civil, &found) &&
            found >= from) {
            *day = found;
            return true;
        }
        civil.year += civil.month == 12;
        civil.month = civil.month % 12 + 1;
    }
    return false;
}

void clock_format(int32_t minutes, char out[CLOCK_TEXT_LEN + 1])
{
    ascii_format_digits(out, 2, minutes / 60);
    out[2] = ':';
    ascii_format_digits(out + 3, 2, minutes % 60);
    out[CLOCK_TEXT_LEN] = '\0';
}

int date_weekday(int32_t day)
{
    int64_t from_monday = ((int64_t)day + FIRST_WEEKDAY) % 7;

    return (int)(from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}
