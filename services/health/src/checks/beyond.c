// SPDX-License-Identifier: MIT
#include "checks/beyond.h"

#include <math.h>

/* Exactly at a border is yellow. */
static bool is_beyond(const struct limit *limit, double value, bool red)
{
    const double border = red ? limit->red : limit->yellow;
    const bool lower = measure_kinds[limit->measure].lower_is_worse;
    if (isnan(border))
        return false;
    return (!red && value == border) || (lower ? value < border : value > border);
}

static bool find(const struct check *check, const struct probe_result *result, bool red,
                 struct beyond *out)
{
    for (size_t i = 0; i < check->limit_count; i++)
        for (size_t k = 0; k < result->reading_count; k++)
            if (result->readings[k].measure == check->limits[i].measure &&
                is_beyond(&check->limits[i], result->readings[k].value, red)) {
                *out = (struct beyond){&result->readings[k], &check->limits[i], red};
                return true;
            }
    return false;
}

bool beyond_find(const struct check *check, const struct probe_result *result, struct beyond *out)
{
    return find(check, result, true, out) || find(check, result, false, out);
}
