// SPDX-License-Identifier: MIT
#include "config/threshold.h"

#include <math.h>

#define HYSTERESIS 0.02

static double hysteresis_margin(enum measure measure, double threshold)
{
    const struct measure_kind *kind = &measure_kinds[measure];
    const double margin = fabs(threshold) * HYSTERESIS;

    if (!kind->lower_is_worse || kind->unit[0] != '%')
        return margin;
    return fmin(margin, fmax((100 - threshold) / 2, 0));
}

/* Comparisons with NAN are false, so NAN exceeds no threshold. */
bool threshold_is_exceeded(const struct limit *limit, bool red, double value, bool was_exceeded)
{
    double threshold = red ? limit->red : limit->yellow;
    const double margin = hysteresis_margin(limit->measure, threshold);

    if (measure_kinds[limit->measure].lower_is_worse) {
        value = -value;
        threshold = -threshold;
    }
    return value > threshold || (!red && value == threshold) ||
           (was_exceeded && value > threshold - margin);
}

static bool find_exceeded(const struct check *check, const struct probe_result *result, bool red,
                          struct exceeded *out)
{
    for (size_t i = 0; i < check->limit_count; i++)
        for (size_t k = 0; k < result->reading_count; k++)
            if (result->readings[k].measure == check->limits[i].measure &&
                threshold_is_exceeded(&check->limits[i], red, result->readings[k].value, false)) {
                *out = (struct exceeded){&result->readings[k], &check->limits[i], red};
                return true;
            }
    return false;
}

bool threshold_find_exceeded(const struct check *check, const struct probe_result *result,
                             struct exceeded *out)
{
    return find_exceeded(check, result, true, out) || find_exceeded(check, result, false, out);
}
