// SPDX-License-Identifier: MIT
/* Calendar dates as day numbers: days since 1970-01-01 in the proleptic Gregorian calendar.
 * A date has no time zone. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    DATE_TEXT_LEN = 10,
    CLOCK_TEXT_LEN = 5,
    DATE_MIN = 0,     /* 1970-01-01 */
    DATE_MAX = 47481, /* 2099-12-31 */
    DATE_ABSENT = INT32_MIN,
    DATE_DAY_OF_MONTH_MAX = 31
};

struct date_civil {
    int year;
    int month; /* 1-12 */
    int day;   /* 1-31 */
};

struct date_civil date_to_civil(int32_t day);
/* False if there is no such day, or if it lies outside DATE_MIN..DATE_MAX. */
bool date_from_civil(struct date_civil civil, int32_t *day) MUST_CHECK;

/* Accepts "YYYY-MM-DD" only. */
bool date_parse(struct slice text, int32_t *day) MUST_CHECK;
void date_format(int32_t day, char out[DATE_TEXT_LEN + 1]);
/* Finds the first date from `from` on with this day of this month; `month` 0: of any month. False
 * if there is no such day until DATE_MAX. 29 February may be years ahead. */
bool date_find_next(int32_t from, int month, int day_of_month, int32_t *day) MUST_CHECK;
/* Minutes after midnight, 0 to 1439, as "14:00". */
void clock_format(int32_t minutes, char out[CLOCK_TEXT_LEN + 1]);

/* The day of the week by ISO 8601: 1 Monday .. 7 Sunday. */
int date_weekday(int32_t day);
