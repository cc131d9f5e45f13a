// SPDX-License-Identifier: MIT
#include "config/threshold.h"

#include <math.h>

#define HYSTERESIS 0.02

static double margin_of(enum measure measure, double border)
{
    const struct measure_kind *kind = &measure_kinds[measure];
    const double margin = fabs(border) * HYSTERESIS;

    if (!kind->lower_is_worse || kind->unit[0] != '%')
        return margin;
    return fmin(margin, fmax((100 - border) / 2, 0));
}

/* Comparisons with NAN are false. */
bool beyond_is(const struct limit *limit, bool red, double value, bool was)
{
    double border = red ? limit->red : limit->yellow;
    const double margin = margin_of(limit->measure, border);

    if (measure_kinds[limit->measure].lower_is_worse) {
        value = -value;
        border = -border;
    }
    return value > border || (!red && value == border) || (was && value > border - margin);
}

static bool find(const struct check *check, const struct probe_result *result, bool red,
                 struct beyond *out)
{
    for (size_t i = 0; i < check->limit_count; i++)
        for (size_t k = 0; k < result->reading_count; k++)
            if (result->readings[k].measure == check->limits[i].measure &&
                beyond_is(&check->limits[i], red, result->readings[k].value, false)) {
                *out = (struct beyond){&result->readings[k], &check->limits[i], red};
                return true;
            }
    return false;
}

bool beyond_find(const struct check *check, const struct probe_result *result, struct beyond *out)
{
    return find(check, result, true, out) || find(check, result, false, out);
}
