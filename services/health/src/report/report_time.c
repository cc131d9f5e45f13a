// SPDX-License-Identifier: MIT
#include "report/report_time.h"

#include <time.h>

#include "base/now.h"
#include "base/parse.h"

bool report_at_read(const char *text, int *out)
{
    if (text[0] == '\0') {
        *out = REPORT_NEVER;
        return true;
    }
    return parse_time_of_day(slice_of(text), out);
}

static struct tm wall_of(int64_t at_us)
{
    const time_t at = at_us / US_PER_S;
    struct tm wall = {0};

    (void)!localtime_r(&at, &wall);
    return wall;
}

bool report_is_due(int at_min, int64_t now_us)
{
    const struct tm wall = wall_of(now_us);
    const int minute = wall.tm_hour * 60 + wall.tm_min;

    return at_min != REPORT_NEVER && minute >= at_min && minute < at_min + REPORT_LATE_MIN;
}

static int64_t midnight(const struct tm *day, int days_on)
{
    struct tm wall = {.tm_year = day->tm_year,
                      .tm_mon = day->tm_mon,
                      .tm_mday = day->tm_mday + days_on,
                      .tm_isdst = -1};

    return (int64_t)mktime(&wall) * US_PER_S;
}

struct report_day report_day_of(int64_t now_us)
{
    const struct tm wall = wall_of(now_us);

    return (struct report_day){
        .day = ((wall.tm_year + 1900) * 100 + wall.tm_mon + 1) * 100 + wall.tm_mday,
        .from_us = midnight(&wall, -1),
        .to_us = midnight(&wall, 0),
    };
}
