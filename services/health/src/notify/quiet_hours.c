// SPDX-License-Identifier: MIT
#include "notify/quiet_hours.h"

#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/now.h"

enum { TIME_LEN = sizeof "00:00" - 1, HOUR_MIN = 60 };

/* -1: no digits. */
static int two_digits(const char *text)
{
    const bool digits = ascii_is_digit(text[0]) && ascii_is_digit(text[1]);

    return digits ? (text[0] - '0') * 10 + text[1] - '0' : -1;
}

bool quiet_hours_read_time(const char *text, size_t len, int *out)
{
    if (len != TIME_LEN || text[2] != ':')
        return false;
    const int hour = two_digits(text), minute = two_digits(text + 3);

    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    *out = hour * HOUR_MIN + minute;
    return true;
}

bool quiet_hours_read(const char *text, struct quiet_hours *out)
{
    struct quiet_hours quiet = {0};

    if (text[0] == '\0') {
        *out = quiet;
        return true;
    }
    if (strlen(text) != 2 * TIME_LEN + 1 || text[TIME_LEN] != '-' ||
        !quiet_hours_read_time(text, TIME_LEN, &quiet.from) ||
        !quiet_hours_read_time(text + TIME_LEN + 1, TIME_LEN, &quiet.until) ||
        quiet.from == quiet.until)
        return false;
    *out = quiet;
    return true;
}

bool quiet_hours_contain(const struct quiet_hours *quiet, int64_t now_us)
{
    const time_t now = now_us / US_PER_S;
    struct tm wall;

    if (quiet->from == quiet->until || localtime_r(&now, &wall) == NULL)
        return false;
    const int minute = wall.tm_hour * HOUR_MIN + wall.tm_min;

    if (quiet->from < quiet->until)
        return minute >= quiet->from && minute < quiet->until;
    return minute >= quiet->from || minute < quiet->until;
}
