// SPDX-License-Identifier: MIT
/* Formats of money, dates and times. Pure. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/language.h"
#include "base/slice.h"

/* The time zone of the apartments: UTC+5 in all of Kazakhstan since 2024-03-01 (tz database). */
enum { FORMAT_ZONE_S = 5 * 3600 };

enum { FORMATTED_MAX = 63 };
struct formatted {
    char text[FORMATTED_MAX + 1];
    size_t len;
};
static inline struct slice formatted_slice(const struct formatted *formatted)
{
    return (struct slice){formatted->text, formatted->len};
}

/* The day number (base/date.h) of an instant in the time zone of the apartments. */
int32_t format_day_of(int64_t wall_us);

/* The hour, 0 to 23, of an instant in the time zone of the apartments. */
int format_hour_of(int64_t wall_us);
/* The minute of that hour, 0 to 59. */
int format_minute_of(int64_t wall_us);

/* Formats money in whole tenge, 0 or more: "18 000 ₸", with no-break spaces. */
struct formatted format_money(int64_t tiyn);
/* Formats one of `parts` equal parts of a sum: "9 000 ₸"; if the division is not exact, rounded to
 * whole tenge: "≈ 23 667 ₸". `parts` must be at least 1. */
struct formatted format_money_part(int64_t sum_tiyn, int64_t parts);
/* Formats a day number: "22 ноября, сб". */
struct formatted format_date(int32_t day, enum language language);
/* Formats a day number for the label of a button: "сб 22 ноя". */
struct formatted format_short_date(int32_t day, enum language language);
/* The name of the month of `day`, in the nominative: "ноябрь". Static. */
const char *format_month_name(int32_t day, enum language language);
/* Formats the month of `day`: "ноябрь 2026". */
struct formatted format_month(int32_t day, enum language language);
/* The short name of a weekday, 1 (Monday, "пн") to 7. Static. */
const char *format_weekday_name(int weekday, enum language language);
/* Formats two day numbers for the label of a button: "22–24 ноя", "30 ноя – 2 дек". */
struct formatted format_date_range(int32_t first_day, int32_t last_day, enum language language);
/* Formats an instant: "14:35", or on another day than `now_us` "22 ноября, сб, 14:35". */
struct formatted format_time_and_date_if_other(int64_t wall_us, int64_t now_us,
                                               enum language language);

/* Parses a date, also a past one: "22.11" (the next from `today` on), "22.11.2026",
 * "2026-11-22". */
bool format_parse_date(struct slice text, int32_t today, int32_t *day) MUST_CHECK;
