// SPDX-License-Identifier: MIT
/* Compares readings with the thresholds of a check. */
#pragma once

#include "config/check.h"
#include "config/probe_result.h"

/* Whether `value` exceeds the red threshold (`red` is true) or the yellow one. A value equal to the
 * yellow threshold exceeds it; a value equal to the red one does not. Hysteresis: if the threshold
 * was exceeded before (`was_exceeded`), it counts as exceeded until the value is better than the
 * threshold by 2 % of it. For percentages where less is worse, this margin is at most half of the
 * distance to 100. False if the value or the threshold is NAN. */
bool threshold_is_exceeded(const struct limit *limit, bool red, double value, bool was_exceeded);

struct exceeded {
    const struct reading *reading; /* a reading of the result */
    const struct limit *limit;     /* the limit of the check that it exceeds */
    bool red;                      /* true: it exceeds the red threshold, false: the yellow one */
};

/* Finds the first reading that exceeds a red threshold; if there is none, the first that exceeds a
 * yellow one. False: no reading exceeds a threshold. */
bool threshold_find_exceeded(const struct check *check, const struct probe_result *result,
                             struct exceeded *out);
