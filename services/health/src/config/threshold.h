// SPDX-License-Identifier: MIT
/* Whether a reading is beyond its border, and which one of a result is what is wrong. */
#pragma once

#include "config/check.h"
#include "config/probe_result.h"

/* Yellow begins with the border, red behind it. What `was` beyond comes back when it is inside by 2
 * % of the border's value, of a percentage of which less is worse at most by half of what is left
 * to 100. A NAN, as value or border: false. */
bool threshold_is_exceeded(const struct limit *limit, bool red, double value, bool was);

struct exceeded {
    const struct reading *reading; /* of the result */
    const struct limit *limit;     /* of the check */
    bool red;                      /* which border: else the yellow one */
};

/* The first reading that is beyond a red border, else the first one beyond a yellow border. False:
 * none is. */
bool threshold_find_exceeded(const struct check *check, const struct probe_result *result,
                             struct exceeded *out);
