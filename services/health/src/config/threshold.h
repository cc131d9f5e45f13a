// SPDX-License-Identifier: MIT
/* Compares readings with the thresholds of a check. */
#pragma once

#include "config/check.h"
#include "config/probe_result.h"

/* True if `value` exceeds the red (`red`) or the yellow threshold. A value equal to a threshold is
 * yellow but not red. Hysteresis: if the threshold was exceeded before (`was`), it counts as
 * exceeded until the value has returned by 2 % of it. For percentages where less is worse, this
 * margin is at most half of the distance to 100. NAN as value or threshold gives false. */
bool threshold_is_exceeded(const struct limit *limit, bool red, double value, bool was);

struct exceeded {
    const struct reading *reading; /* a reading of the result */
    const struct limit *limit;     /* the limit of the check that it exceeds */
    bool red;                      /* true: it exceeds the red threshold, false: the yellow one */
};

/* Finds the first reading above a red threshold, else the first above a yellow one. False if there
 * is none. */
bool threshold_find_exceeded(const struct check *check, const struct probe_result *result,
                             struct exceeded *out);
