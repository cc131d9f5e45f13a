// SPDX-License-Identifier: MIT
#include "notify/quiet_hours.h"

#include <time.h>

#include "base/now.h"
#include "base/parse.h"
#include "base/slice.h"

bool quiet_hours_read(const char *text, struct quiet_hours *out)
{
    struct quiet_hours quiet = {0};
    struct slice until = slice_of(text);
    const struct slice from = slice_cut(&until, '-');

    if (text[0] != '\0' && (!parse_time_of_day(from, &quiet.from) ||
                            !parse_time_of_day(until, &quiet.until) || quiet.from == quiet.until))
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
    const int minute = wall.tm_hour * 60 + wall.tm_min;

    if (quiet->from < quiet->until)
        return minute >= quiet->from && minute < quiet->until;
    return minute >= quiet->from || minute < quiet->until;
}
