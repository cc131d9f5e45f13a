// SPDX-License-Identifier: MIT
/* Compares readings with the thresholds of a check. */
#pragma once

#include "config/check.h"
#include "config/probe_result.h"

/* Whether `value` exceeds the red or the yellow threshold. A value equal to the threshold is yellow
 * but not red. With `was`, the threshold was exceeded before: hysteresis then requires the value to
 * return by 2 % of the threshold. For percentages where less is worse, the margin is at most half
 * of the distance to 100. NAN as value or threshold gives false. */
bool threshold_is_exceeded(const struct limit *limit, bool red, double value, bool was);

struct exceeded {
    const struct reading *reading; /* of the result */
    const struct limit *limit;     /* of the check */
    bool red;                      /* the red threshold; else the yellow one */
};

/* Finds the first reading above a red threshold, else the first one above a yellow threshold.
 * False: there is none. */
bool threshold_find_exceeded(const struct check *check, const struct probe_result *result,
                             struct exceeded *out);
